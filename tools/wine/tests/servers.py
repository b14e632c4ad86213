#!/usr/bin/env python3
"""servers.py FOLDER: on every address, HTTP on port 8000 (GET and PUT in FOLDER), a TCP echo on 9100, a UDP echo on 9101."""
import asyncio
import http.server
import os
import socket
import socketserver
import sys
import threading


class Files(http.server.SimpleHTTPRequestHandler):
    def do_PUT(self):
        left = int(self.headers['Content-Length'])
        with open(self.translate_path(self.path), 'wb') as file:
            while left:
                piece = self.rfile.read(min(left, 1 << 20))
                if not piece:
                    return
                file.write(piece)
                left -= len(piece)
        self.send_response(201)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 128


async def echo(reader, writer):
    try:
        while piece := await reader.read(1 << 18):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
        await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def echo_datagrams():
    """Answers from the address that was asked, which a wildcard socket does only when told so."""
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    s.bind(('::', 9101))
    while True:
        data, extra, _, source = s.recvmsg(65536, 64)
        s.sendmsg([data], [(level, kind, value) for level, kind, value in extra if kind == socket.IPV6_PKTINFO], 0, source)


async def main():
    server = await asyncio.start_server(echo, ['0.0.0.0', '::'], 9100, backlog=1024)
    print('ready', flush=True)
    await server.serve_forever()


os.chdir(sys.argv[1])
threading.Thread(target=Server(('::', 8000), Files).serve_forever, daemon=True).start()
threading.Thread(target=echo_datagrams, daemon=True).start()
asyncio.run(main())
