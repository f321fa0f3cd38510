"""The kernel's own wall round what a process may ask of it (Linux, x86_64 and aarch64): a filter on system calls.

No sockets but pairs, no new processes, no signals to others, no tracing, nothing of administration. Threads, files and
memory stay as they are; changing a file's permissions, owner or times is said to have worked and does nothing, because the
filter cannot see which file it is. A call newer than this table does not exist for the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_ARCHITECTURES = {"x86_64": (0xC000003E, 0, 317), "aarch64": (0xC00000B7, 1, 277)}
"""By machine: the kernel's word for it, its column in the tables below, the number of `seccomp`."""
_NEWEST_KNOWN = 469

_REFUSED = """
fork 57 - vfork 58 - execve 59 221 execveat 322 281
tkill 200 130 pidfd_send_signal 424 424 pidfd_open 434 434 pidfd_getfd 438 438 process_mrelease 448 448 process_madvise 440 440
ptrace 101 117 process_vm_readv 310 270 process_vm_writev 311 271 kcmp 312 272 setsid 112 157 setpgid 109 154
setpriority 141 140 sched_setscheduler 144 119 sched_setattr 314 274 migrate_pages 256 238 move_pages 279 239
mount 165 40 umount2 166 39 pivot_root 155 41 chroot 161 51 unshare 272 97 setns 308 268 open_tree 428 428 move_mount 429 429
fsopen 430 430 fsconfig 431 431 fsmount 432 432 fspick 433 433 mount_setattr 442 442 open_tree_attr 467 467
bpf 321 280 perf_event_open 298 241 userfaultfd 323 282 io_uring_setup 425 425 io_uring_enter 426 426 io_uring_register 427 427
add_key 248 217 request_key 249 218 keyctl 250 219 open_by_handle_at 304 265 fanotify_init 300 262
reboot 169 142 kexec_load 246 104 kexec_file_load 320 294 init_module 175 105 finit_module 313 273 delete_module 176 106
swapon 167 224 swapoff 168 225 sethostname 170 161 setdomainname 171 162 settimeofday 164 170 clock_settime 227 112
clock_adjtime 305 266 adjtimex 159 171 acct 163 89 quotactl 179 60 quotactl_fd 443 443 syslog 103 116 iopl 172 - ioperm 173 -
personality 135 92 modify_ldt 154 - vhangup 153 58
shmget 29 194 shmat 30 196 shmctl 31 195 semget 64 190 semctl 66 191 semop 65 193 semtimedop 220 192
msgget 68 186 msgsnd 69 189 msgrcv 70 188 msgctl 71 187 mq_open 240 180 mq_unlink 241 181 mknod 133 - mknodat 259 33
file_setattr 469 469
"""
_NO_NETWORK = "socket 41 198 connect 42 203 bind 49 200 listen 50 201"
_NOT_THERE = "clone3 435 435"  # C libraries turn to clone, whose flags a filter can see
_DOES_NOTHING = """
chmod 90 - fchmod 91 52 fchmodat 268 53 fchmodat2 452 452 chown 92 - fchown 93 55 lchown 94 - fchownat 260 54
utime 132 - utimes 235 - futimesat 261 - utimensat 280 88
"""
_NOT_SUPPORTED = """
setxattr 188 5 lsetxattr 189 6 fsetxattr 190 7 setxattrat 463 463 removexattr 197 14 lremovexattr 198 15 fremovexattr 199 16
removexattrat 466 466
"""
TABLES = (_REFUSED, _NO_NETWORK, _NOT_THERE, _DOES_NOTHING, _NOT_SUPPORTED)
"""Names of calls, each with its numbers on both architectures."""

_KILL, _TGKILL, _QUEUE, _THREAD_QUEUE, _CLONE, _SOCKETPAIR, _SENDTO, _PRLIMIT, _PRCTL = (
    (62, 129),
    (234, 131),
    (129, 138),
    (297, 240),
    (56, 220),
    (53, 199),
    (44, 206),
    (302, 261),
    (157, 167),
)
_CLONE_THREAD = 0x00010000
_SOCK_STREAM, _SOCK_SEQPACKET, _SOCK_TYPES = 1, 5, 0xF
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38

_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

Instruction = bytes


def is_there() -> bool:
    """Whether this kernel would take the filter."""
    known = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or known is None or struct.calcsize("P") != 8:
        return False
    action = ctypes.c_uint32(_ERRNO)
    system_call = ctypes.CDLL(None).syscall
    system_call.restype = ctypes.c_long
    return bool(system_call(ctypes.c_long(known[2]), ctypes.c_uint(2), ctypes.c_uint(0), ctypes.byref(action)) == 0)


def filter_calls() -> bool:
    """Puts the filter on this process, all its threads and all they start, for good. Says whether it is in force."""
    if not is_there():
        return False
    architecture, column, number = _ARCHITECTURES[platform.machine()]
    code = b"".join(program(architecture, column, os.getpid()))
    instructions = ctypes.create_string_buffer(code, len(code))
    described = struct.pack("@HP", len(code) // 8, ctypes.addressof(instructions))
    library = ctypes.CDLL(None)
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.syscall.restype = ctypes.c_long
    result = library.syscall(ctypes.c_long(number), ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(_ALL_THREADS), described)
    return bool(result == 0)


def program(architecture: int, column: int, me: int) -> list[Instruction]:
    """The filter for an architecture, its column in the tables, and the number of the process it is for."""
    program = [
        _word(4),
        *_unless(_EQUAL, architecture, _give(errno.EPERM)),
        _word(0),
        *_if(_AT_LEAST, _NEWEST_KNOWN + 1, _give(errno.ENOSYS)),  # also the numbers of x32
    ]
    for table, error in (
        (_NO_NETWORK, errno.EACCES),
        (_REFUSED, errno.EPERM),
        (_NOT_THERE, errno.ENOSYS),
        (_DOES_NOTHING, 0),
        (_NOT_SUPPORTED, errno.EOPNOTSUPP),
    ):
        for number in _numbers(table, column):
            program += _if(_EQUAL, number, _give(error))
    no, unreachable = _give(errno.EPERM), _give(errno.EACCES)
    for call in (_TGKILL, _QUEUE, _THREAD_QUEUE):
        program += _when(call[column], [_argument(0), *_unless(_EQUAL, me, no)])
    itself = (me, 0, 2**32 - me)  # and its own group, of which it is the first
    program += _when(_KILL[column], [_argument(0), *(part for who in itself for part in _if(_EQUAL, who, _give_way())), *no])
    program += _when(_PRLIMIT[column], [_argument(0), *_if(_EQUAL, 0, _give_way()), *_unless(_EQUAL, me, no)])
    program += _when(_PRCTL[column], [_argument(0), *_if(_EQUAL, _PR_SET_PDEATHSIG, no)])
    program += _when(_CLONE[column], [_argument(0), *_unless(_ANY_BIT, _CLONE_THREAD, no)])
    no_address = [part for half in (0, 4) for part in (_argument(4, half), *_unless(_EQUAL, 0, unreachable))]
    program += _when(_SENDTO[column], no_address)
    kinds = [*_if(_EQUAL, _SOCK_STREAM, _give_way()), *_if(_EQUAL, _SOCK_SEQPACKET, _give_way())]
    program += _when(_SOCKETPAIR[column], [_argument(1), _instruction(_AND, 0, 0, _SOCK_TYPES), *kinds, *unreachable])
    return program + _give_way()


def _numbers(table: str, column: int) -> list[int]:
    words = table.split()
    return [int(word) for word in words[1 + column :: 3] if word != "-"]


def _when(number: int, then: list[Instruction]) -> list[Instruction]:
    """`then` and leave to go, if this is the call; `then` may load what it likes."""
    body = [*then, *_give_way()]
    return [_instruction(_EQUAL, 0, len(body), number), *body]


def _if(test: int, value: int, then: list[Instruction]) -> list[Instruction]:
    return [_instruction(test, 0, len(then), value), *then]


def _unless(test: int, value: int, then: list[Instruction]) -> list[Instruction]:
    return [_instruction(test, len(then), 0, value), *then]


def _give(error: int) -> list[Instruction]:
    """The call does nothing and gives this error; 0 is success."""
    return [_instruction(_RETURN, 0, 0, _ERRNO | error)]


def _give_way() -> list[Instruction]:
    return [_instruction(_RETURN, 0, 0, _ALLOW)]


def _argument(which: int, half: int = 0) -> Instruction:
    """Loads the lower half of an argument: all that the kernel looks at of a number of a process. 4: the upper half."""
    return _word(16 + 8 * which + half)


def _word(offset: int) -> Instruction:
    return _instruction(_LOAD, 0, 0, offset)


def _instruction(code: int, if_true: int, if_false: int, value: int) -> Instruction:
    return struct.pack("=HBBI", code, if_true, if_false, value)
