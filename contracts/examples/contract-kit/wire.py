"""Stands between the partner's program and the broker: passes every frame on, and notes what is said.

The program is given this address as that of its broker. So the kit sees each acknowledgement and each command when it is
sent, can cut the connection at a chosen one, and needs no rights at the broker for that.
"""
import collections
import socket
import threading

from pika import frame as frames
from pika.spec import Basic, Channel, Connection, Queue

Command = collections.namedtuple("Command", "exchange key properties body connection")


class Wire:
    def __init__(self, host, port):
        self.broker = (host, port)
        self.news = threading.Condition()
        self.open = True
        self.queues = set()      # that the program reads,
        self.declared = set()    # and those that it declared itself
        self.automatic = False   # it reads with no_ack
        self.connections = 0     # how many were made; also the number of the last
        self._sockets = set()
        self.forget()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def forget(self):
        """Begins anew, for the next check."""
        with self.news:
            self.acknowledged, self.returned = collections.Counter(), collections.Counter()  # by the message's id
            self.commands, self.complaints = [], []
            self.listening = 0   # how often the program began to read a queue
            self.trap = None     # how many messages are acknowledged when something is done, and what: true lets it pass
            self._unacknowledged, self._contents, self._declaring, self._last = collections.defaultdict(dict), {}, {}, {}

    def cut(self):
        """Breaks every connection, as a network does."""
        with self.news:
            for one in list(self._sockets):
                _shut(one)

    def connected(self):
        return bool(self._sockets)

    def _accept(self):
        while True:
            program, _ = self._listener.accept()
            try:
                broker = socket.create_connection(self.broker) if self.open else None
            except OSError:
                broker = None
            if broker is None:
                program.close()
                continue
            with self.news:
                self.connections += 1
                self._sockets |= {program, broker}
                for source, target in ((program, broker), (broker, program)):
                    threading.Thread(target=self._pass_on, args=(self.connections, source, target, source is program), daemon=True).start()

    def _pass_on(self, connection, source, target, from_program):
        waiting = b""
        try:
            while chunk := source.recv(65536):
                waiting += chunk
                while (read := frames.decode_frame(waiting))[1] is not None:
                    size, frame = read
                    if not self._see(connection, frame, from_program):
                        return
                    target.sendall(waiting[:size])
                    waiting = waiting[size:]
        except OSError:
            pass  # The other side has gone.
        finally:
            with self.news:
                _shut(target)
                _shut(source)
                self._sockets -= {source}
                source.close()
                self.news.notify_all()

    def _see(self, connection, frame, from_program):
        """Notes a frame; false cuts the connection before it is passed on."""
        with self.news:
            self.news.notify_all()
            if isinstance(frame, frames.Method):
                at = (connection, frame.channel_number)
                return self._hear(at, frame.method) if from_program else self._overhear(at, frame.method)
            if isinstance(frame, (frames.Header, frames.Body)):
                self._content((connection, frame.channel_number), frame, from_program)
            return True

    def _hear(self, at, method):
        """The program speaks."""
        if isinstance(method, (Basic.Ack, Basic.Nack, Basic.Reject)):
            waiting, tag = self._unacknowledged[at], method.delivery_tag
            tags = [one for one in waiting if one <= tag or tag == 0] if getattr(method, "multiple", False) else [tag]
            messages = [waiting.pop(one) for one in tags if one in waiting]
            if not isinstance(method, Basic.Ack):
                self.returned.update(messages)
            else:
                if self.trap and self.acknowledged.total() + len(messages) >= self.trap[0]:
                    (_, act), self.trap = self.trap, None
                    if not act():
                        return False
                self.acknowledged.update(messages)
        elif isinstance(method, (Basic.Consume, Basic.Get)):
            self.queues.add(method.queue or self._last[at])
            self.automatic |= method.no_ack
            self.listening += isinstance(method, Basic.Get)
        elif isinstance(method, Queue.Declare):
            self._declaring[at] = not method.passive
        elif isinstance(method, Basic.Publish):
            self._contents[at, True] = [method, None, b""]
        return True

    def _overhear(self, at, method):
        """The broker speaks to the program."""
        if isinstance(method, Basic.ConsumeOk):
            self.listening += 1
        elif isinstance(method, Queue.DeclareOk):
            self._last[at] = method.queue
            if self._declaring.get(at):
                self.declared.add(method.queue)
        elif isinstance(method, (Basic.Deliver, Basic.GetOk, Basic.Return)):
            self._contents[at, False] = [method, None, b""]
        elif isinstance(method, (Channel.Close, Connection.Close)):
            self.complaints.append(f"{method.reply_code} {method.reply_text}")
        return True

    def _content(self, at, frame, from_program):
        content = self._contents.get((at, from_program))
        if content is None:
            return
        if isinstance(frame, frames.Header):
            content[1] = frame
        else:
            content[2] += frame.fragment
        method, header, body = content
        if len(body) < header.body_size:
            return
        del self._contents[at, from_program]
        if isinstance(method, Basic.Publish):
            self.commands.append(Command(method.exchange, method.routing_key, header.properties, body, at[0]))
        elif isinstance(method, Basic.Return):
            self.complaints.append(f"{method.reply_text} for what was sent to '{method.exchange}' with the key {method.routing_key}")
        elif self.automatic:
            self.acknowledged[header.properties.message_id] += 1
        else:
            self._unacknowledged[at][method.delivery_tag] = header.properties.message_id


def _shut(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # It has gone already.
