/** Another program that watches this machine, running. */
export interface FootprintPeer extends AsyncDisposable {
  name: string
  pid: number
}
