export default function SettingsPage(_props: { section?: string | null }) {
  return <h1 tabIndex={-1}>Settings</h1>
}
