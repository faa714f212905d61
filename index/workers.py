"""Work that is done by processes beside this one: answered in the order it was asked for, with bounded memory.

Each process has a pipe, and here a thread that feeds it. A process that is ended from outside (the system wants
memory) or by what it works on (a fault in a library's C code) takes nothing with it: another one is started, and what
it was at is done again, each item by itself while nothing else is done. An item that ends its process then too, twice,
is answered by `Ended`. A process ends by itself when this one is gone, however it went: its pipe is closed then.
"""

import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from nightpost.errors import NightpostError

__all__ = ["Ended", "Task", "Workers"]

_State = TypeVar("_State")
_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

# Answers that nobody has taken yet: when there are more, only what is urgent is begun.
_WAITING_BYTES = 64 * 1024**2
# A process has its next request beside the one it works on, so that it need not wait for this one. A larger request
# could fill the pipe while the answer does the same in the other direction.
_SENT_AHEAD = 2
_SENT_AHEAD_BYTES = 32 * 1024
_ATTEMPTS_ALONE = 2
_LONGEST_START_SECONDS = 300.0
_LONGEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Ended:
    """Instead of an answer: each process that worked on this was ended, and how."""

    reason: str


@dataclass(eq=False, slots=True)
class Task(Generic[_Answer]):
    """What was asked for; handed back to `Workers.answers`."""

    work: Callable[[Any, Any], _Answer]
    items: Sequence[Any]
    urgent: bool
    alone: bool = False
    attempts: int = 0
    dropped: bool = False
    request: bytes = b""
    pickled: bytes | None = None
    parts: "list[Task[_Answer]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        self.request = pickle.dumps((self.work, self.items))

    @property
    def done(self) -> bool:
        """Whether all of it is answered."""
        return self.pickled is not None or (bool(self.parts) and all(part.done for part in self.parts))

    @property
    def size(self) -> int:
        """Bytes of the answers."""
        return len(self.pickled or b"") + sum(part.size for part in self.parts)

    def answers(self) -> "list[_Answer | Ended]":
        """One answer an item."""
        if self.pickled is not None:
            answers: list[_Answer | Ended] = pickle.loads(self.pickled)  # noqa: S301 - our own process made it
            return answers
        return [answer for part in self.parts for answer in part.answers()]


class Workers(Generic[_State]):
    """Processes that are started when there is work for them; a context manager.

    Args:
        jobs: how many, at most.
        prepare: makes what each process works with, once; a function of a module, as all that is sent to a process.
        arguments: what ``prepare`` is called with; they are pickled.
        tell: told in one line, by the thread that waits for answers, when a process was ended.
    """

    def __init__(
        self,
        jobs: int,
        prepare: Callable[..., _State],
        arguments: tuple[object, ...],
        tell: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._prepare = prepare
        self._arguments = pickle.dumps(arguments)
        self._tell = tell
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._processes: set[_Process] = set()
        self._alone: deque[Task[Any]] = deque()
        self._urgent: deque[Task[Any]] = deque()
        self._ordinary: deque[Task[Any]] = deque()
        self._under_way: set[Task[Any]] = set()
        self._idle = 0
        self._waiting_bytes = 0
        self._news: list[str] = []
        self._failure: str | None = None
        self._closed = False

    def submit(
        self, work: Callable[[_State, _Item], _Answer], items: Sequence[_Item], *, urgent: bool = False
    ) -> Task[_Answer]:
        """Ask for something to be done with each item; what is urgent is begun before all that is not."""
        task = Task(work, items, urgent)
        with self._changed:
            (self._urgent if urgent else self._ordinary).append(task)
            if not self._idle and len(self._threads) < self._jobs and self._failure is None:
                thread = threading.Thread(target=self._feed, name=f"worker-{len(self._threads) + 1}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify_all()
        return task

    def answers(self, task: Task[_Answer]) -> list[_Answer | Ended]:
        """One answer an item, in their order, as soon as all are there; only once.

        Raises:
            NightpostError: no process can be started.
        """
        with self._changed:
            while not task.done and self._failure is None:
                self._changed.wait()
            news, self._news = self._news, []
            failure = self._failure
            self._waiting_bytes -= task.size
            self._changed.notify_all()
        for line in news:
            self._tell(line)
        if not task.done:
            raise NightpostError(str(failure))
        return task.answers()

    def drop(self, task: Task[Any]) -> None:
        """Nobody will ask for these answers."""
        with self._changed:
            task.dropped = True
            self._waiting_bytes -= task.size
            for queue in (self._urgent, self._ordinary, self._alone):
                for waiting in [one for one in queue if one is task or one in task.parts]:
                    queue.remove(waiting)
            for part in task.parts:
                part.dropped = True
            self._changed.notify_all()

    def close(self) -> None:
        """End the processes, whatever they are at."""
        with self._changed:
            self._closed = True
            for process in self._processes:
                process.kill()
            threads = [*self._threads]  # one that comes to no process takes itself out
            self._changed.notify_all()
        for thread in threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _feed(self) -> None:
        """What each thread does: keep one process busy, and start another one when it is ended."""
        # A Ctrl-C at the terminal is heard by this process alone, which then ends the others: they inherit this.
        # Whoever starts the tracker of multiprocessing can be interrupted afterwards, so that comes first.
        ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while not self._closed and (process := self._started()) is not None:
            sent: deque[Task[Any]] = deque()
            try:
                self._work(process, sent)
            except _ProcessEndedError as error:
                self._ended(sent, str(error))
            finally:
                with self._changed:
                    self._processes.discard(process)
                process.end()

    def _work(self, process: "_Process", sent: deque[Task[Any]]) -> None:
        """Until there is no more work; what the process has not answered yet is in ``sent``."""
        while self._send(process, sent):
            self._answered(sent[0], process.receive(_LONGEST_SECONDS))
            sent.popleft()

    def _started(self) -> "_Process | None":
        """A process that is ready; None when there is none to be had."""
        try:
            process = _Process(self._prepare, self._arguments)
        except OSError as error:
            self._not_started(f"{error.strerror}; use fewer --jobs")
            return None
        with self._changed:
            self._processes.add(process)
        if self._closed:  # meanwhile
            process.kill()
        try:
            failure = pickle.loads(process.receive(_LONGEST_START_SECONDS))  # noqa: S301 - our own process made it
        except _ProcessEndedError as error:
            failure = f"{error}; use fewer --jobs"
        if failure is None:
            return process
        with self._changed:
            self._processes.discard(process)
        process.end()
        self._not_started(failure)
        return None

    def _not_started(self, failure: str) -> None:
        with self._changed:
            self._jobs -= 1
            self._threads.remove(threading.current_thread())
            if not self._threads and not self._closed:
                self._failure = f"no process for reading can be started: {failure}, then run it again"
            else:
                self._news.append(f"a process for reading could not be started ({failure}); the others go on")
            self._changed.notify_all()

    def _send(self, process: "_Process", sent: deque[Task[Any]]) -> bool:
        """Keep the process supplied; False when it is not needed any more."""
        while len(sent) < _SENT_AHEAD:
            task = self._next(ahead=bool(sent))
            if task is None:
                break
            sent.append(task)
            process.send(task.request)
        return bool(sent)

    def _next(self, *, ahead: bool) -> Task[Any] | None:
        """The next task; when it is one to send ahead, None if there is none now, else None at the end of all work."""
        with self._changed:
            while not self._closed:
                queue = self._queue()
                if queue and not (ahead and len(queue[0].request) > _SENT_AHEAD_BYTES):
                    task = queue.popleft()
                    self._under_way.add(task)
                    return task
                if ahead:
                    return None
                self._idle += 1
                self._changed.wait()
                self._idle -= 1
        return None

    def _queue(self) -> deque[Task[Any]] | None:
        """Where the next task is to be taken from."""
        if any(task.alone for task in self._under_way):
            return None
        if self._alone:
            return None if self._under_way else self._alone
        if self._urgent:
            return self._urgent
        return self._ordinary if self._waiting_bytes < _WAITING_BYTES else None

    def _answered(self, task: Task[Any], pickled: bytes) -> None:
        with self._changed:
            self._under_way.discard(task)
            if not task.dropped:
                task.pickled = pickled
                self._waiting_bytes += len(pickled)
            self._changed.notify_all()

    def _ended(self, sent: deque[Task[Any]], how: str) -> None:
        """A process was ended while it was at the first of these tasks; the others it had not begun."""
        with self._changed:
            self._under_way.difference_update(sent)
            if self._closed or not sent:
                return
            culprit = sent.popleft()
            for task in reversed(sent):
                (self._urgent if task.urgent else self._ordinary).appendleft(task)
            if culprit.dropped:
                pass
            elif not culprit.alone:
                culprit.parts = [Task(culprit.work, [item], culprit.urgent, alone=True) for item in culprit.items]
                self._alone.extend(culprit.parts)
                self._news.append(f"{how}; what it was reading is read again by itself")
            elif culprit.attempts + 1 < _ATTEMPTS_ALONE:
                culprit.attempts += 1
                self._alone.appendleft(culprit)
            else:
                culprit.pickled = pickle.dumps([Ended(f"{how}, also when nothing else was read")])
                self._waiting_bytes += len(culprit.pickled)
            self._changed.notify_all()


class _ProcessEndedError(Exception):
    """How a process was ended."""


class _Process:
    """One process and the pipe to it."""

    def __init__(self, prepare: Callable[..., Any], arguments: bytes) -> None:
        # A process that is started anew has no half-copied locks of this one, and no other end of its pipes.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, prepare, arguments), daemon=True)
        try:
            self._process.start()
        finally:
            theirs.close()

    def send(self, request: bytes) -> None:
        """Ask.

        Raises:
            _ProcessEndedError: it is gone.
        """
        try:
            self._pipe.send_bytes(request)
        except OSError:
            raise self._how() from None

    def receive(self, seconds: float) -> bytes:
        """The next answer.

        Raises:
            _ProcessEndedError: it is gone, or took longer than that and was ended.
        """
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise self._how() from None
        raise _ProcessEndedError(f"a process for reading took longer than {seconds:.0f} seconds and was ended")

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def end(self) -> None:
        """End it, and let go of what it had."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _how(self) -> _ProcessEndedError:
        self._process.join(1.0)
        code = self._process.exitcode
        if code == -signal.SIGKILL:
            return _ProcessEndedError("a process for reading was killed, most likely for want of memory")
        name = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return _ProcessEndedError(f"a process for reading was ended ({name})")


def _serve(pipe: Connection, prepare: Callable[..., Any], arguments: bytes) -> None:
    """What each process does."""
    try:
        state = prepare(*pickle.loads(arguments))  # noqa: S301 - the process that we work for made it
    except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits for us is told
        pipe.send(f"{type(error).__name__}: {error}")
        return
    pipe.send(None)
    while True:
        try:
            work, items = pipe.recv()
        except EOFError:  # nobody asks any more
            return
        answers = [work(state, item) for item in items]
        try:
            pipe.send(answers)
        except OSError:  # nobody waits any more
            return
