export default function SetupPage(_props: { section?: string | null }) {
  return <h1 tabIndex={-1}>Setup</h1>
}
