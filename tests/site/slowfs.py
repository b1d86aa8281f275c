"""A share: a folder shown through FUSE, where changes made below give no events, and which fails as it is told.

slowfs.py SOURCE MOUNT CONTROL: while the file CONTROL holds `empty`, `eio`, `estale` or `slowN`, the share is empty, gives that
error, or takes N seconds for everything.
"""

import errno
import os
import sys
import time

from fuse import FUSE, FuseOSError, Operations

STATED = ("st_atime", "st_ctime", "st_gid", "st_ino", "st_mode", "st_mtime", "st_nlink", "st_size", "st_uid")


class Share(Operations):
    def __init__(self, root, control):
        self.root, self.control = root, control

    def mode(self):
        try:
            with open(self.control) as control:
                return control.read().strip()
        except OSError:
            return ""

    def fail(self):
        mode = self.mode()
        if mode == "empty":
            raise FuseOSError(errno.ENOENT)
        if mode in ("eio", "estale"):
            raise FuseOSError(getattr(errno, mode.upper()))
        if mode.startswith("slow"):
            time.sleep(float(mode[4:] or 1))

    def getattr(self, path, fh=None):
        if path != "/":
            self.fail()
        try:
            stat = os.lstat(self.root + path)
        except OSError as error:
            raise FuseOSError(error.errno) from error
        return {key: getattr(stat, key) for key in STATED}

    def readdir(self, path, fh):
        if path == "/" and self.mode() == "empty":
            return [".", ".."]
        self.fail()
        return [".", "..", *os.listdir(self.root + path)]

    def open(self, path, flags):
        self.fail()
        return os.open(self.root + path, flags)

    def read(self, path, size, offset, fh):
        self.fail()
        return os.pread(fh, size, offset)

    def release(self, path, fh):
        os.close(fh)


# Without caching in the kernel, as by default of NFS after a few seconds.
FUSE(Share(sys.argv[1], sys.argv[3]), sys.argv[2], foreground=True, attr_timeout=0, entry_timeout=0, use_ino=True)
