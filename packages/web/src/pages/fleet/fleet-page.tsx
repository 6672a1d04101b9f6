export default function FleetPage(_props: { section?: string | null }) {
  return <h1 tabIndex={-1}>Fleet</h1>
}
