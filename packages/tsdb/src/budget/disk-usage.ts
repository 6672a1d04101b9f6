/** What the store takes of the disk, bytes. */
export interface DiskUsage {
  /** `hot.db`, pages that are free inside it included: the file never shrinks. */
  hotFileBytes: number
  /** Pages inside `hot.db` that are free and used before the file grows. */
  hotFreeBytes: number
  /** Pages that are only in the WAL so far, behind the end of the file: it will grow by them. Part of `hotFileBytes`. */
  hotPendingBytes: number
  walBytes: number
  /** Files the manifest lists. */
  coldBytes: number
  /** Everything else in the folder: `quarantine/`, the reserve, SQLite's index of the WAL. */
  otherBytes: number
  /** Of the file system, as an unprivileged user sees it. */
  diskFreeBytes: number
  diskTotalBytes: number
}

/** What the store's folder takes, as `du` would say. */
export function folderBytes(usage: DiskUsage): number {
  return usage.hotFileBytes + usage.walBytes + usage.coldBytes + usage.otherBytes
}
