using AwesomeAssertions;
using CsCheck;
using Tremplin.Defaults;
using Tremplin.Defaults.Audit;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Programmes;
using Xunit;
using From = Tremplin.Contracts.Enrollment.V1;
using To = Tremplin.Contracts.Scheduling.V1;

namespace Tremplin.Platform.Rules;

/// <summary>
/// Records of Enrollment and cohorts of Scheduling with their real decisions and announcements, and between them messages that come
/// in any order, some twice. People apply, accept, decline, withdraw and change cohorts; groups reserve and name; seats are added,
/// taken away and overridden; cohorts are cancelled; offers lapse. No rule is broken on the way, and in the end both sides agree.
/// </summary>
public class SeatsBetweenServicesSpecs
{
    private const int Cohorts = 3, People = 8, Interleavings = 20_000;

    [Fact]
    [Trait("Rule", "R1"), Trait("Rule", "R3"), Trait("Rule", "R5"), Trait("Rule", "R7"), Trait("Rule", "R11"), Trait("Rule", "R12")]
    [Trait("Rule", "R13"), Trait("Rule", "R14"), Trait("Rule", "R18"), Trait("Rule", "R28")]
    public void Both_sides_agree_in_the_end_whatever_is_asked_and_however_messages_come() =>
        Gen.Int[0, 1 << 24].Array[10, 60].Sample(chance => new Play(chance).ToItsEnd(), iter: Interleavings);

    private sealed class Play(int[] chance)
    {
        private static readonly DateTimeOffset Start = new(2026, 3, 20, 8, 0, 0, TimeSpan.Zero);

        private static readonly ProgrammeVersion Programme = new("course", 1, "Cours", [], 1, 0.8m, null, 1, 6, null);

        private static readonly IReadOnlyDictionary<Guid, string> Nobody = new Dictionary<Guid, string>();

        private static readonly Guid Group = new(900, 0, 0, new byte[8]);

        private readonly Dictionary<Guid, Cohort> _cohorts = Enumerable.Range(0, Cohorts).ToDictionary(CohortId, n => new object[]
        {
            new CohortPlanned("course", "Europe/Paris", "Lyon", [], 1 + n), new Tremplin.Scheduling.Cohorts.CohortOpened(Programme, [], 1 + n, Start.AddDays(n), Start.AddDays(n + 1)),
        }.Aggregate(Cohort.Initial, (s, e) => s.Evolve(e)));

        private readonly Dictionary<Guid, TrainingRecord> _records = Enumerable.Range(0, People).ToDictionary(RecordId, _ => TrainingRecord.Initial);
        private readonly List<(object Message, int Copies)> _underWay = [];
        private readonly List<string> _story = [];
        private readonly List<(Guid Cohort, object Event)> _ledger = [];
        private readonly CohortInvariants _ofCohorts = new();
        private readonly TrainingRecordInvariants _ofRecords = new();
        private readonly int[] _chance = chance;
        private DateTimeOffset _now = Start.AddDays(-10);

        public void ToItsEnd()
        {
            try
            {
                foreach (var draw in _chance)
                    Step(draw);
                // Everything arrives, and every offer and reservation that nobody answers lapses.
                for (var rounds = 0; rounds < 50 && (Arrives() || Lapses()); rounds++)
                {
                }

                Agree();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', _story)}", e);
            }
        }

        private static Guid CohortId(int n) => new(n + 1, 1, 0, new byte[8]);

        private static Guid LearnerId(int n) => new(n + 1, 2, 0, new byte[8]);

        private static Guid RecordId(int n) => TrainingRecord.IdFor(LearnerId(n), "course", 1);

        private void Step(int draw)
        {
            var (kind, who, where, detail) = (draw % 24, RecordId(draw / 24 % People), CohortId(draw / 200 % Cohorts), draw / 1000);
            switch (kind)
            {
                case < 9 when _underWay.Count > 0:
                    Deliver(detail % _underWay.Count, again: detail % 5 == 0);
                    break;
                case < 14:
                    var named = detail % 3 == 0 ? new CohortChoice(where, []) : Choice(default);
                    Ask(who, new Submit(Form(who), new("org", "association", "volunteer", new(2026, 1, 5)), detail % 11 == 0 ? new CohortChoice(where, []) { ReservationId = Group } : named), mayBeRefused: true);
                    break;
                case 14:
                    Ask(who, new Tremplin.Enrollment.TrainingRecords.Withdraw(WithdrawalReason.Dates), mayBeRefused: true);
                    break;
                case 15 or 16:
                    Ask(who, new AnswerOffer(detail % 3 != 0), mayBeRefused: true);
                    break;
                case 17 or 18:
                    Ask(who, new RequestTransfer(new CohortChoice(where, []), Queue: detail % 2 == 0), mayBeRefused: true);
                    break;
                case 19:
                    Ask(where, new ChangeCapacity(1 + (detail % 4), Nobody), mayBeRefused: true);
                    break;
                case 20 when detail % 4 == 0:
                    Ask(where, new CancelCohort(CancellationReason.Other), mayBeRefused: true);
                    break;
                case 21:
                    Ask(where, detail % 3 == 0 ? new GiveBackSeats(Group, Nobody) : new ReserveSeats(Group, "org", 1 + (detail % 2)), mayBeRefused: true);
                    break;
                case 22:
                    Ask(where, new OverrideCapacity(who, OverrideReason.Mistake), mayBeRefused: true);
                    break;
                default:
                    _now += TimeSpan.FromMinutes(detail % 600);
                    Ask(where, new ExpireOffers(Nobody));
                    Ask(where, new DecideMinimum());
                    Ask(where, new StartCohort());
                    break;
            }
        }

        private static Application Form(Guid record) =>
            new(LearnerId(Array.IndexOf([.. Enumerable.Range(0, People).Select(RecordId)], record)), new("c2VhbGVk"), "course", 1, "partner", $"A-{record}", "org", "69", "volunteer", new(2026, 1, 5));

        // As Enrollment sees it, which may be behind: what is cancelled or over is known at once, what is taken by its records.
        private CohortChoice Choice(Guid except) => CohortChoice.Among(
            _cohorts.Where(c => c.Key != except && c.Value.TakesRequests())
                .Select(c => (c.Key, new CohortFacts("course", 1, [], c.Value.Capacity, c.Value.StartsAt), _records.Values.Count(r => r.TakesSeat && r.Seat?.CohortId == c.Key))),
            "69", _now);

        private bool Arrives()
        {
            var any = _underWay.Count > 0;
            while (_underWay.Count > 0)
                Deliver(_chance[_underWay.Count % _chance.Length] % _underWay.Count, again: false);
            return any;
        }

        private bool Lapses()
        {
            _now += TimeSpan.FromDays(1);
            var before = _ledger.Count;
            foreach (var cohort in _cohorts.Keys.ToList())
                Ask(cohort, new ExpireOffers(Nobody));
            return _ledger.Count > before || _underWay.Count > 0;
        }

        private void Deliver(int place, bool again)
        {
            var (message, copies) = _underWay[place];
            _underWay.RemoveAt(place);
            if (again && copies < 3)
                _underWay.Add((message, copies + 1));
            Hear(message);
            // Once more at once: whatever it was, it changes nothing now.
            var (ledger, story) = (_ledger.Count, _underWay.Count);
            if (copies == 1 && place % 4 == 0)
            {
                Hear(message);
                (_ledger.Count, _underWay.Count).Should().Be((ledger, story), $"R13, R16: {message} again changes nothing");
            }
        }

        // What the doors do.
        private void Hear(object message)
        {
            switch (message)
            {
                case From.SeatRequested m:
                    Ask(m.CohortId, new Tremplin.Scheduling.Cohorts.RequestSeat(m.RecordId, m.RecordVersion, m.LearnerId)
                    {
                        Priority = m.Priority is { } p ? new((Tremplin.Scheduling.Cohorts.PriorityClass)p, m.PrioritySource ?? "", m.PriorityRank) : Tremplin.Scheduling.Cohorts.Priority.None,
                        ReservationId = m.ReservationId,
                        OnlyIfFree = m.OnlyIfFree,
                    });
                    break;
                case From.OfferAccepted m:
                    Ask(m.CohortId, new AcceptOffer(m.RecordId, m.RecordVersion, m.AcceptedAt, Nobody));
                    break;
                case From.OfferDeclined m:
                    Ask(m.CohortId, new DeclineOffer(m.RecordId, m.RecordVersion, Nobody));
                    break;
                case From.LearnerWithdrew m:
                    Ask(m.CohortId, new Tremplin.Scheduling.Cohorts.Withdraw(m.RecordId, m.RecordVersion, Nobody));
                    break;
                case From.DisplacementSettled m:
                    Ask(m.CohortId, new RecordDisposition(m.RecordId, (Tremplin.Scheduling.Cohorts.Disposition)m.Disposition, m.NextCohortId));
                    break;
                case To.SeatAssigned m:
                    Ask(m.RecordId, new ConfirmSeat(m.CohortId, m.RecordVersion));
                    break;
                case To.RequestWaitlisted m:
                    Ask(m.RecordId, new PlaceOnWaitlist(m.CohortId, m.RecordVersion, m.CohortVersion));
                    break;
                case To.SeatRefused m:
                    Ask(m.RecordId, new RefuseSeat(m.CohortId, m.RecordVersion, m.Reason));
                    if (_records[m.RecordId] is { Status: RecordStatus.Approved, Priority: not null })
                        Ask(m.RecordId, new Tremplin.Enrollment.TrainingRecords.RequestSeat(Choice(m.CohortId)));
                    break;
                case To.SeatOffered m:
                    Ask(m.RecordId, new OfferSeat(m.CohortId, m.RecordVersion, m.Deadline, "association"));
                    foreach (var passed in m.PassedOver.Where(p => p.RecordId != Group))
                        Ask(passed.RecordId, new NotePass(m.CohortId, m.CohortVersion, passed.Why));
                    break;
                case To.OfferExpired m:
                    Ask(m.RecordId, new ExpireOffer(m.CohortId, m.RecordVersion));
                    break;
                case To.SeatLost m:
                    Ask(m.RecordId, new Displace(m.CohortId, m.RecordVersion, m.Rank, Choice(m.CohortId)));
                    break;
            }
        }

        private void Ask(Guid stream, ICommand<Cohort> command, bool mayBeRefused = false) =>
            Take(stream, command, _cohorts[stream], mayBeRefused, (before, e, after) =>
            {
                _cohorts[stream] = after;
                _ledger.Add((stream, e));
                Broken(_ofCohorts.Broken(stream, before, e, after));
                return Tremplin.Scheduling.Announcements.From(new(Guid.Empty, stream, after.Version, e, _now));
            });

        private void Ask(Guid stream, ICommand<TrainingRecord> command, bool mayBeRefused = false) =>
            Take(stream, command, _records[stream], mayBeRefused, (before, e, after) =>
            {
                _records[stream] = after;
                Broken(_ofRecords.Broken(stream, before, e, after));
                return Tremplin.Enrollment.Announcements.From(new(Guid.Empty, stream, after.Version, e, _now));
            });

        private void Take<TState>(Guid stream, ICommand<TState> command, TState state, bool mayBeRefused, Func<TState, object, TState, object?> keep)
            where TState : IStreamState<TState>
        {
            var decision = command.Decide(state, _now);
            _story.Add($"When {command.GetType().Name} of {stream.ToString()[..8]} at {_now:MM-dd HH:mm}");
            if (decision is Decision.Rejected refused)
            {
                if (!mayBeRefused)
                    throw new InvalidOperationException($"A message was refused: {command}: {refused.Reason}");
                return;
            }

            foreach (var e in ((Decision.Accepted)decision).Events)
            {
                var after = state.Evolve(e);
                _story.Add($"  Then {e}");
                if (keep(state, e, after) is { } message)
                    _underWay.Add((message, 1));
                state = after;
            }
        }

        private static void Broken(IEnumerable<Breach> breaches)
        {
            foreach (var breach in breaches)
                throw new InvalidOperationException($"{breach.Rule}: {breach}");
        }

        private void Agree()
        {
            _underWay.Should().BeEmpty();
            foreach (var (id, record) in _records)
            {
                record.Transfer.Should().BeNull("every transfer has its answer");
                var entries = _cohorts.Select(c => (Cohort: c.Key, Entry: c.Value.Entries.GetValueOrDefault(id)))
                    .Where(e => e.Entry?.Standing is Standing.Seated or Standing.Offered or Standing.Waiting or Standing.Displaced).ToList();
                var standing = record.Status switch
                {
                    RecordStatus.Waitlisted => Standing.Waiting,
                    RecordStatus.SeatOffered => Standing.Offered,
                    RecordStatus.Confirmed => Standing.Seated,
                    _ => Standing.None,
                };
                record.Status.Should().NotBe(RecordStatus.AwaitingSeat, "every request has its answer");
                entries.Should().HaveCount(standing == Standing.None ? 0 : 1, $"R14: the record {id} is {record.Status}, in one cohort or in none");
                if (standing != Standing.None)
                    (entries[0].Cohort, entries[0].Entry!.Standing).Should().Be((record.Seat!.CohortId, standing));
            }

            foreach (var (id, cohort) in _cohorts)
            {
                cohort.Displaced().Should().BeEmpty("R28: nobody is without a disposition");
                if (cohort.TakesRequests() && _now < cohort.StartsAt - Promotion.CutOff && cohort.Waiting().Any())
                    (cohort.Capacity - cohort.Occupied()).Should().BeLessThan(cohort.Waiting().Min(e => e.Seats), "R6: nobody waits beside a free seat");
                foreach (var lost in _ledger.Where(l => l.Cohort == id).Select(l => l.Event).OfType<Tremplin.Scheduling.Cohorts.SeatLost>())
                    _ledger.Count(l => l.Cohort == id && l.Event is DispositionRecorded d && d.RecordId == lost.RecordId).Should().BeLessThanOrEqualTo(1, "R28: one disposition");
            }
        }
    }
}
