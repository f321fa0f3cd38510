"""Connects to a server on this machine, sends it datagrams, asks for names, and uses a local socket."""

import socket
import urllib.request


def stage(argument):
    ways = {
        "connect": lambda: socket.create_connection(("127.0.0.1", argument["port"]), timeout=2),
        "connect by address": lambda: socket.socket().connect(("127.0.0.1", argument["port"])),
        "datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", argument["port"])),
        "listen": lambda: socket.socket().bind(("127.0.0.1", 0)),
        "name": lambda: socket.getaddrinfo("example.invalid", 80),
        "url": lambda: urllib.request.urlopen(f"http://127.0.0.1:{argument['port']}/", timeout=2),
        "local": lambda: socket.socket(socket.AF_UNIX).connect(argument["local"]),
        "pair": lambda: socket.socketpair(),
    }
    return sorted(name for name, way in ways.items() if not refused(way))


def refused(way):
    try:
        way()
    except OSError:
        return True
    return False
