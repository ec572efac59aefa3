using CsCheck;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

/// <summary>
/// Random interleavings on a cohort of random size. What holds is checked after every event, against a second
/// account of seats and queue that knows nothing but the events.
/// </summary>
public class SeatLedgerModelSpecs
{
    private const int Records = 12;

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Ask.Seat)), (6, Gen.Const(Ask.Withdraw)), (6, Gen.Const(Ask.Accept)), (3, Gen.Const(Ask.Decline)),
            (3, Gen.Const(Ask.Expire)), (4, Gen.Const(Ask.Redeliver)), (1, Gen.Const(Ask.CloseRarely))),
        Gen.Int[0, Records - 1],
        Gen.Frequency((6, Gen.Int[0, 30]), (2, Gen.Int[30, 600]), (1, Gen.Int[600, 3000])),
        Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[0, (1 << Records) - 1])),
        Gen.Bool,
        (ask, who, minutes, hindered, forceful) => new Step(ask, who, minutes, hindered, forceful));

    private enum Ask { Seat, Withdraw, Accept, Decline, Expire, Redeliver, CloseRarely }

    /// <summary>R1, R3, R5 to R10, R13: whatever is asked, by whom, when, and however often it is delivered.</summary>
    [Fact]
    public void Keeps_its_rules_under_any_interleaving() =>
        Gen.Select(Gen.Int[1, 4], AnyStep.Array[1, 60]).Sample((seats, steps) =>
        {
            var ledger = new Ledger(seats);
            foreach (var step in steps)
                ledger.Take(step);
        }, iter: 600);

    /// <summary>R2: n requests at once for k seats, in any order: exactly k seats, and the others wait in that order.</summary>
    [Fact]
    public void Gives_exactly_as_many_seats_as_there_are() =>
        Gen.Select(Gen.Int[1, 20], Gen.Shuffle(Enumerable.Range(1, 30).ToArray()), Gen.Int[0, 30]).Sample((seats, order, n) =>
        {
            var cohort = order.Take(n).Aggregate(
                Given(OpenCohortOf(seats)).State<Cohort>(),
                (state, who) => After(state, new RequestSeat(Id(who), 1, LearnerOf(Id(who))), Now));
            var seated = cohort.Entries.Values.Where(e => e.Standing == Standing.Seated).OrderBy(e => e.Place);
            Assert.Equal(order.Take(n).Take(seats).Select(Id), seated.Select(e => e.RecordId));
            Assert.Equal(order.Take(n).Skip(seats).Select(Id), cohort.Waiting().Select(e => e.RecordId));
        }, iter: 200);

    /// <summary>
    /// R2, R13: each record asks and withdraws a few times; the messages come in any order, some twice. In the end
    /// everybody whose last word is a withdrawal is out, and no seat is free while somebody waits.
    /// </summary>
    [Fact]
    public void Ends_the_same_whatever_the_order_of_messages() =>
        Gen.Int[0, 5].Array[1, 8]
            .SelectMany(last => Gen.Select(Gen.Const(last), Gen.Int[1, 4], Gen.Shuffle(MessagesOf(last))))
            .Sample((last, seats, messages) =>
            {
                var cohort = messages.Aggregate(Given(OpenCohortOf(seats)).State<Cohort>(), (state, m) => After(state, Message(m), Now));
                cohort = After(cohort, new ExpireOffers(Nobody), Now);
                var live = Enumerable.Range(0, last.Length).Where(who => last[who] % 2 == 1).Select(who => Id(who + 1)).ToHashSet();
                var inside = cohort.Entries.Values.Where(e => e.Standing is Standing.Seated or Standing.Offered or Standing.Waiting);
                Assert.True(live.SetEquals(inside.Select(e => e.RecordId)), "everybody whose last word is a request is in");
                Assert.Equal(Math.Min(live.Count, seats), cohort.Occupied());
                Assert.Equal(cohort.Version, messages.Aggregate(cohort, (state, m) => After(state, Message(m), Now)).Version);
            }, iter: 500);

    /// <summary>The messages of each record up to its last, every other one twice.</summary>
    private static (int Who, int Version)[] MessagesOf(int[] last) =>
        [.. last.SelectMany((count, who) => Enumerable.Range(1, count).SelectMany(v => Enumerable.Repeat((who, v), 1 + ((v + who) % 2))))];

    /// <summary>A record's odd messages are requests, its even ones withdrawals.</summary>
    private static ICommand<Cohort> Message((int Who, int Version) m) => m.Version % 2 == 1
        ? new RequestSeat(Id(m.Who + 1), m.Version, LearnerOf(Id(m.Who + 1)))
        : new Withdraw(Id(m.Who + 1), m.Version, Nobody);

    private static Cohort After(Cohort state, ICommand<Cohort> command, DateTimeOffset now) =>
        ((Decision.Accepted)command.Decide(state, now)).Events.Aggregate(state, (s, e) => s.Evolve(e));

    /// <param name="Ask">What is asked.</param>
    /// <param name="Who">Which record, or which earlier message is delivered again.</param>
    /// <param name="Minutes">How long after the step before.</param>
    /// <param name="Hindered">A bit per record that has a time clash now.</param>
    /// <param name="Forceful">Asks even where the record's own state forbids it, or closes.</param>
    private sealed record Step(Ask Ask, int Who, int Minutes, int Hindered, bool Forceful);

    /// <summary>Decides with the real commands and keeps a second account from the events alone.</summary>
    private sealed class Ledger(int seats)
    {
        private readonly List<Guid> _queue = [];
        private readonly HashSet<Guid> _seated = [];
        private readonly Dictionary<Guid, DateTimeOffset> _offers = [];
        private readonly Dictionary<Guid, Standing> _out = [];
        private readonly Dictionary<Guid, long> _placed = [], _versions = [];
        private readonly List<Func<IReadOnlyDictionary<Guid, string>, ICommand<Cohort>>> _delivered = [];
        private Cohort _cohort = Given(OpenCohortOf(seats)).State<Cohort>();
        private DateTimeOffset _now = Now, _saidAt;
        private bool _closed;

        public void Take(Step step)
        {
            _now += TimeSpan.FromMinutes(step.Minutes);
            var hindered = Enumerable.Range(0, Records)
                .Where(r => (step.Hindered & (1 << r)) != 0)
                .ToDictionary(r => Id(r + 1), r => $"clash {r}");
            var who = Id(step.Who + 1);
            var standing = _cohort.Entries.GetValueOrDefault(who)?.Standing ?? Standing.None;
            var mayAnswer = standing is Standing.Offered or Standing.Seated or Standing.Left;
            switch (step.Ask)
            {
                // A record asks again only when it is out, unless messages overtake each other.
                case Ask.Seat when step.Forceful || standing is Standing.None or Standing.Left or Standing.Refused:
                    Deliver(hindered, Next(who, (v, _) => new RequestSeat(who, v, LearnerOf(who))));
                    break;
                case Ask.Withdraw:
                    Deliver(hindered, Next(who, (v, h) => new Withdraw(who, v, h)));
                    break;
                case Ask.Accept when mayAnswer:
                    // The message may have been on its way for a while.
                    var said = _saidAt = _now - TimeSpan.FromMinutes(step.Minutes % 15);
                    Deliver(hindered, Next(who, (v, h) => new AcceptOffer(who, v, said, h)));
                    break;
                case Ask.Decline when mayAnswer:
                    Deliver(hindered, Next(who, (v, h) => new DeclineOffer(who, v, h)));
                    break;
                case Ask.Expire:
                    Decide(new ExpireOffers(hindered), hindered);
                    Assert.True(Decide(new ExpireOffers(hindered), hindered).Count == 0, "R7: expiry is idempotent");
                    Assert.True(_offers.Values.All(deadline => deadline > _now - Promotion.Grace), "R7: what is due has ended");
                    break;
                case Ask.Redeliver when _delivered.Count > 0:
                    Assert.True(
                        Decide(_delivered[step.Who % _delivered.Count](hindered), hindered).Count == 0,
                        "R13, R16: a message that comes again changes nothing");
                    break;
                case Ask.CloseRarely when step.Forceful && step.Who == 0:
                    Decide(new CloseCohort([new(SessionId, true, Start, new(2026, 3, 16))]), hindered);
                    break;
            }
        }

        private Func<IReadOnlyDictionary<Guid, string>, ICommand<Cohort>> Next(
            Guid who, Func<long, IReadOnlyDictionary<Guid, string>, ICommand<Cohort>> message)
        {
            var version = _versions[who] = _versions.GetValueOrDefault(who) + 1;
            return hindered => message(version, hindered);
        }

        private void Deliver(
            IReadOnlyDictionary<Guid, string> hindered, Func<IReadOnlyDictionary<Guid, string>, ICommand<Cohort>> message)
        {
            _delivered.Add(message);
            Decide(message(hindered), hindered);
        }

        private IReadOnlyList<object> Decide(ICommand<Cohort> command, IReadOnlyDictionary<Guid, string> hindered)
        {
            var events = ((Decision.Accepted)command.Decide(_cohort, _now)).Events;
            foreach (var e in events)
                Record(e, hindered);
            if (events.Any(e => e is OfferDeclined or OfferExpired || (e is RequestWithdrawn && command is Withdraw)))
                NobodyIsForgotten(hindered);
            return events;
        }

        /// <summary>R6: each seat that became free was offered, unless nobody could take it (R8, R10).</summary>
        private void NobodyIsForgotten(IReadOnlyDictionary<Guid, string> hindered)
        {
            if (!_closed && _now < Start - TimeSpan.FromHours(24) && _seated.Count + _offers.Count < seats)
                Assert.True(_queue.All(hindered.ContainsKey), "R6: a freed seat is offered");
        }

        private void Record(object e, IReadOnlyDictionary<Guid, string> hindered)
        {
            _cohort = _cohort.Evolve(e);
            switch (e)
            {
                case SeatAssigned s:
                    Assert.True(_queue.Count == 0, "R5: nobody comes before those who wait");
                    Assert.True(_now < Start, "no seat once the cohort has started");
                    _seated.Add(s.RecordId);
                    break;
                case RequestWaitlisted w:
                    Assert.DoesNotContain(w.RecordId, _queue);
                    _queue.Add(w.RecordId);
                    _placed[w.RecordId] = _cohort.Version;
                    break;
                case SeatOffered o:
                    Offered(o, hindered);
                    break;
                case OfferAccepted a:
                    Assert.True(_offers.Remove(a.RecordId, out var until) && _saidAt < until, "R7: no seat after the deadline");
                    _seated.Add(a.RecordId);
                    break;
                case OfferDeclined d:
                    Assert.True(_offers.Remove(d.RecordId), "only an offer can be declined");
                    _out[d.RecordId] = Standing.Left;
                    break;
                case OfferExpired x:
                    Assert.True(_offers.Remove(x.RecordId, out var ended) && ended <= _now, "R7: no offer ends before its deadline");
                    Assert.True(ended == x.Deadline, "R7: it says which deadline passed");
                    _out[x.RecordId] = Standing.Left;
                    break;
                case RequestWithdrawn w:
                    var was = Out(w.RecordId);
                    Assert.True((was ?? _out.GetValueOrDefault(w.RecordId)) == w.Was, "it says what became free");
                    _out[w.RecordId] = Standing.Left;
                    break;
                case SeatRequestRefused r:
                    Out(r.RecordId);
                    _out[r.RecordId] = Standing.Refused;
                    break;
                case CohortClosed:
                    _closed = true;
                    Assert.True(_queue.Count == 0 && _offers.Count == 0, "everybody is told that it is closed");
                    break;
            }

            Assert.True(_seated.Count + _offers.Count <= seats, "R1: occupied is at most the capacity");
            Assert.True(_cohort.Occupied() == _seated.Count + _offers.Count, "R1: occupied is seats held and live offers");
            Assert.True(_cohort.Waiting().Select(w => w.RecordId).SequenceEqual(_queue), "R3: the order is that of acceptance");
            Assert.True(_cohort.Waiting().All(w => w.Place == _placed[w.RecordId]), "R3: nothing moves an entry");
        }

        private void Offered(SeatOffered o, IReadOnlyDictionary<Guid, string> hindered)
        {
            var lastMoment = Start - TimeSpan.FromHours(24);
            Assert.True(!_closed && _now < lastMoment, "R8: no offer after the cut-off, and none when it is closed");
            Assert.True(o.Deadline > _now && o.Deadline <= _now + TimeSpan.FromHours(48) && o.Deadline <= lastMoment, "R6: its deadline");
            Assert.True(_queue.Contains(o.RecordId), "R9: only who waits is offered a seat; an entry that left is not");
            // From the stream alone: the first in the queue who was not passed over wins, and everybody ahead is named.
            var passed = o.PassedOver.Select(p => p.RecordId).ToList();
            Assert.True(_queue.First(r => !passed.Contains(r)) == o.RecordId, "R10: replaying names the same winner");
            Assert.True(_queue.TakeWhile(r => r != o.RecordId).SequenceEqual(passed), "R10: exactly those ahead are named");
            Assert.True(o.PassedOver.All(p => hindered[p.RecordId] == p.Why && _placed[p.RecordId] == p.Place), "R10: and why");
            _queue.Remove(o.RecordId);
            _offers.Add(o.RecordId, o.Deadline);
        }

        private Standing? Out(Guid record) =>
            _seated.Remove(record) ? Standing.Seated
            : _offers.Remove(record) ? Standing.Offered
            : _queue.Remove(record) ? Standing.Waiting
            : null;
    }
}
