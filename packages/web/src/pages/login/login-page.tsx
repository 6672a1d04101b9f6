export default function LoginPage(_props: { section?: string | null }) {
  return <h1 tabIndex={-1}>Login</h1>
}
