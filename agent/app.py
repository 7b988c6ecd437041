"""The program, wired in one place: the service, `run --once` and the tests all begin here.

Agent.open ─▶ keep_rules ─▶ passes: poll · act · report · tidy · a round to each channel
                            ─▶ SIGHUP or a changed file: reload ─▶ SIGTERM: close
"""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import datetime, timedelta
from hashlib import sha256

from agent import systemd
from agent.accompanying import Company
from agent.answers.desk import Desk
from agent.answers.page import AnswerPage
from agent.changes import Changes
from agent.channels import Channels
from agent.clock import Clock
from agent.database import Database
from agent.deliveries import Learned
from agent.doing.answering import answer
from agent.doing.doer import Doer
from agent.doors import door_of
from agent.engine import Engine
from agent.heartbeat import Heartbeat
from agent.ledger import Ledger
from agent.logs import redact_logs
from agent.mailbox import Mailbox, Notice
from agent.passes import Pass
from agent.places import Place
from agent.redaction import Redactor
from agent.reports import bell_of
from agent.rounds import Rounds
from agent.rulebook import read_rules
from agent.sign_of_life import unmark
from agent.store import Store
from agent.tidying import tidy
from rules.faults import RuleFaults
from rules.notices import rules_notice
from rules.rule import RuleBook
from watchers.door.politeness import Hosts
from watchers.fetch import Exchange
from watchers.registry import BrokenKind

TIDY_EVERY = timedelta(hours=6)
STOP_SECONDS = 10

log = logging.getLogger(__name__)


class Agent:
    """One running agent. Made by `open`, ended by `close`."""

    def __init__(self, place: Place, book: RuleBook, database: Database) -> None:
        self.place = place
        self.clock = Clock()
        self.database = database
        self.store = Store(database)
        self.mailbox = Mailbox(database)
        self.ledger = Ledger(database)
        self.engine = Engine(self.store, self.mailbox, self.ledger, self.clock)
        self.doer = Doer(database, self.ledger, self.engine.in_store, self.clock.now)
        # Who was asked to wait, and until when, outlives a reload.
        self._turns = Hosts(self.clock.now)
        self.channels = Channels({}, Redactor(()), ledger=self.ledger.note, now=self.clock.now)
        self._polling = Pass("poll", self._poll, self.engine.next_poll_at, self.clock.now)
        self._rounds = Rounds(self.engine.serve, self.engine.next_delivery_at, self.clock.now)
        self._reporting = Pass("report", self.engine.report, self._at_no_time, self.clock.now)
        # What an answer changes is looked at at once: a message that is muted, an action that was allowed.
        self.desk = Desk(database, lambda: self.engine.book, lambda: self.engine.book.names, answer)
        self.page = AnswerPage(self.desk, self.engine.in_store, self.clock.now, self._look_around)
        self._tidying = Pass("tidy", self._tidy, self._next_tidy_at, self.clock.now)
        self._acting = Pass("act", self.doer.work, self.doer.next_at, self.clock.now)
        self._tidy_at = self.clock.now() + TIDY_EVERY
        vital = (self._polling, self._reporting)
        self.heartbeat = Heartbeat(database, self.engine.in_store, self.ledger, self.clock.now, vital)
        self._beating = Pass("heartbeat", self.heartbeat.beat, self.heartbeat.next_at, self.clock.now)
        self._changes = Changes(self._ask_for_reload)
        self._bell = Changes(self._look_around)
        self._reloading = Pass("reload", self._reload_if_asked, self._at_no_time, self.clock.now)
        self._wants_reload = False
        self._equip(book)
        company = Company(database, lambda: self.engine.book, self.clock.now)
        self.engine.courier.learned = Learned(company.order, company.offer)
        self.engine.courier.enclose = company.enclose
        self.engine.recorded = self._polling.wake
        self.engine.told = self._look_at_fired
        self.doer.told = self._rounds.wake
        self.doer.woken = self._acting.wake

    @classmethod
    async def open(cls, place: Place, book: RuleBook) -> Agent:
        """Open the store and bring the rules in.

        Raises:
            StoreError: The store cannot be used.
        """
        redact_logs(Redactor(book.secrets))
        agent = cls(place, book, await asyncio.to_thread(Database.open, place.store))
        await agent.engine.in_store(agent.store.release_lost_claims)
        await agent._keep_rules(book)
        return agent

    async def run(self) -> signal.Signals:
        """Watch until SIGTERM or SIGINT, and return which; SIGHUP or a changed rule file reads the rules again."""
        loop = asyncio.get_running_loop()
        stopped: asyncio.Future[signal.Signals] = loop.create_future()

        def stop(by: signal.Signals) -> None:
            if not stopped.done():
                stopped.set_result(by)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop, number)
        loop.add_signal_handler(signal.SIGHUP, self._ask_for_reload)
        self._changes.watch(self.engine.book.files)
        if (bell := bell_of(self.place.store)) is not None:
            self._bell.watch([bell])
        passes = (self._polling, self._acting, self._reporting, self._tidying, self._reloading, self._beating)
        tasks = [asyncio.create_task(one.run(), name=one.name) for one in passes]
        tasks += [
            asyncio.create_task(self._rounds.run(), name="rounds"),
            asyncio.create_task(self.page.run(), name="page"),
            asyncio.create_task(_stay_alive()),
        ]
        systemd.ready(_counted(self.engine.book))
        log.info("watching by %s", _counted(self.engine.book))
        stopped_by = await stopped
        systemd.stopping()
        log.info("stopping: what is under way has %d seconds to end", STOP_SECONDS)
        self._changes.close()
        self._bell.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return stopped_by

    async def run_once(self) -> None:
        """Poll everything that is due, deliver, return; messages that wait are tried whatever they waited for."""
        began = self.clock.now()
        while await self.engine.poll_due(began):
            await self.engine.settled()
        await self.engine.judge_due()
        await self.doer.work()
        await self.doer.settled()
        await self.engine.deliver_due(at_once=True)
        # Begun by a timer, no agent stays that `status` could miss.
        await self.engine.in_store(unmark, self.database)
        await self.heartbeat.call()

    async def close(self) -> None:
        """Finish what was begun, within a few seconds; what could not be finished is taken up at the next start."""
        await asyncio.gather(self.channels.settled(STOP_SECONDS), self.doer.close(STOP_SECONDS))
        await self.engine.close(STOP_SECONDS)
        await asyncio.to_thread(self.database.close)

    async def reload(self) -> bool:
        """Read the rules again; a faulty file leaves the old ones running, and the owner is told."""
        systemd.reloading()
        try:
            book = await asyncio.to_thread(read_rules, self.place)
        except (RuleFaults, BrokenKind) as error:
            await self._tell_of_faults(error)
            systemd.ready(systemd.FAULTY)
            return False
        before = self.engine.book.channels
        mended = [name for name, channel in book.channels.items() if name in before and channel.url != before[name].url]
        self._equip(book)
        await self._keep_rules(book)
        await self.engine.in_store(self.mailbox.record_mended, mended)
        self._changes.watch(book.files)
        self._polling.wake()
        self._reporting.wake()
        self._look_at_fired()
        systemd.ready(_counted(book))
        log.info("read the rules again: %s", _counted(book))
        return True

    def _equip(self, book: RuleBook) -> None:
        """Give the engine a rule book, and the door and channels that it asks for."""
        redactor = redact_logs(Redactor(book.secrets))
        fetcher = door_of(
            book.network,
            redactor,
            now=self.clock.now,
            ledger=self.ledger.note,
            recall=self._recall,
            keep=self.ledger.keep,
            turns=self._turns,
        )
        # The channels stay: they know what became of sends that still hang.
        self.channels.use(book.channels, redactor)
        self.engine.equip(book, fetcher, self.channels)
        self.heartbeat.use(book, redactor)
        self.doer.use(book, redactor)
        self._rounds.use(book.channels)
        self.page.use(book.answers)
        self._in_force_since = self.clock.now()

    async def _recall(self, key: str) -> Exchange | None:
        return await self.engine.in_store(self.ledger.recall, key)

    async def _keep_rules(self, book: RuleBook) -> None:
        for sentence in await self.engine.in_store(self.store.keep_rules, book, self.clock.now()):
            log.info(sentence)
        for sentence in book.notices:
            log.warning(sentence)

    async def _tell_of_faults(self, error: RuleFaults | BrokenKind) -> None:
        log.error("the rule file is faulty, the rules before it stay in force:\n%s", error)
        book, now = self.engine.book, self.clock.now()
        faults = error.faults if isinstance(error, RuleFaults) else [error]
        words = rules_notice([str(fault) for fault in faults], now, book.me.zone.key)
        # Once for as long as these rules are in force: the same slip after a mend is told again.
        key = f"faults since {self._in_force_since.isoformat()} {sha256(str(error).encode()).hexdigest()}"
        await self.engine.in_store(self.mailbox.tell, Notice(key, words, now), list(book.channels))
        self._rounds.wake()

    def _look_around(self) -> None:
        """Look at what another process put into the store."""
        self._polling.wake()
        self._look_at_fired()

    def _look_at_fired(self) -> None:
        """Do and deliver what came of a firing."""
        self._acting.wake()
        self._rounds.wake()

    def _ask_for_reload(self) -> None:
        self._wants_reload = True
        self._reloading.wake()

    async def _reload_if_asked(self) -> None:
        if not self._wants_reload:
            return
        self._wants_reload = False
        try:
            await self.reload()
        except BaseException:
            # The engine may know rules by now that the store does not: it is tried until it succeeds.
            self._wants_reload = True
            raise

    async def _at_no_time(self) -> None:
        return None

    async def _poll(self) -> None:
        stepped = self.clock.step()
        if stepped is not None:
            log.warning("the clock was set by %s: every poll and message is put in its place again", stepped)
            await self.engine.in_store(self.store.keep_rules, self.engine.book, self.clock.now())
            await self.engine.in_store(self.mailbox.clear_step, self.clock.now())
            self._rounds.wake()
        await self.engine.poll_due()
        await self.engine.judge_due()

    async def _tidy(self) -> None:
        if self.clock.now() >= self._tidy_at and self.clock.is_trusted:
            await self.engine.in_store(tidy, self.database, self.engine.book, self.clock.now())
            self._tidy_at = self.clock.now() + TIDY_EVERY

    async def _next_tidy_at(self) -> datetime:
        return self._tidy_at


def _counted(book: RuleBook) -> str:
    return "1 rule" if len(book.rules) == 1 else f"{len(book.rules)} rules"


async def _stay_alive() -> None:
    """Tell the watchdog, for as long as the event loop turns."""
    seconds = systemd.watchdog_seconds()
    while seconds is not None:
        systemd.alive()
        await asyncio.sleep(seconds)
