declare module '*.sh' {
  const text: string
  export default text
}
declare module '*.service' {
  const text: string
  export default text
}
declare module '*/openrc/lumen-agent' {
  const text: string
  export default text
}
declare module '*.conf' {
  const text: string
  export default text
}
