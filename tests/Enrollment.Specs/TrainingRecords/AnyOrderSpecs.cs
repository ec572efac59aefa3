using AwesomeAssertions;
using CsCheck;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;
using V1 = Tremplin.Contracts.Enrollment.V1;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

/// <summary>
/// One record between a cohort and Certification. Whatever they say arrives in any order that can be, up to three times
/// each; what they say follows from what the record announced. The record ends where the story says, once.
/// </summary>
public class AnyOrderSpecs
{
    private static readonly Gen<Story> Stories = Gen.Select(Gen.Enum<Fate>(), Gen.Int[0, 3], Gen.Bool, Gen.Bool,
        (fate, halfDays, met, elsewhere) => new Story(fate, halfDays, met, elsewhere));

    private enum Fate
    {
        SeatAtOnce, OfferTaken, OfferTakenTooLate, OfferDeclined, OfferLapsed, RefusedAtOnce, RefusedWhileWaiting, RefusedWhileOffered,
    }

    [Fact]
    public void Ends_the_same_in_any_order_and_however_often_messages_come() =>
        Gen.Select(Stories, Gen.Int[0, 1000].Array[8, 80]).Sample((story, chance) =>
        {
            var play = new Play(story, chance, withdrawAfter: null);
            play.Record.Status.Should().Be(story.End);
            play.Record.Attended.Values.Sum().Should().Be(story.Minutes);
            play.HasNoTraceOf<LearnerWithdrew>();
        }, iter: 500);

    [Fact]
    [Trait("Rule", "R19")]
    public void Stays_withdrawn_whatever_was_on_its_way_and_keeps_the_hours() =>
        Gen.Select(Stories, Gen.Int[0, 1000].Array[8, 80], Gen.Int[0, 12]).Sample((story, chance, after) =>
        {
            var play = new Play(story, chance, withdrawAfter: after);
            play.Record.Status.Should().Be(play.Withdrew ? RecordStatus.Withdrawn : story.End);
            play.Record.Attended.Values.Sum().Should().Be(play.Sealed);
        }, iter: 500);

    /// <param name="Fate">What the first cohort says.</param>
    /// <param name="HalfDays">Half-days that are held, 100 minutes and more attended of each.</param>
    /// <param name="Met">Whether Certification issues a certificate.</param>
    /// <param name="Elsewhere">A refused record asks again: of another cohort, or else of the same one.</param>
    private sealed record Story(Fate Fate, int HalfDays, bool Met, bool Elsewhere)
    {
        public bool Out => Fate is Fate.OfferTakenTooLate or Fate.OfferDeclined or Fate.OfferLapsed;

        public RecordStatus End => Out ? RecordStatus.Withdrawn : Met ? RecordStatus.Completed : RecordStatus.NotCompleted;

        public int Minutes => Out ? 0 : Enumerable.Range(1, HalfDays).Sum(n => 100 + n);
    }

    /// <summary>Plays a story to its end, and then everything that was ever said once more.</summary>
    private sealed class Play
    {
        private readonly Story _story;
        private readonly List<(ICommand<TrainingRecord> Command, int Copies)> _underWay = [];
        private readonly List<ICommand<TrainingRecord>> _said = [];
        private readonly List<object> _history = [];

        public Play(Story story, int[] chance, int? withdrawAfter)
        {
            _story = story;
            Take(new Submit(Applied, Facts, new(Cohort, [])));
            for (var step = 0; _underWay.Count > 0; step++)
            {
                if (step == withdrawAfter && new Withdraw(WithdrawalReason.Dates).Decide(Record, Given.Now) is Decision.Accepted)
                    Take(new Withdraw(WithdrawalReason.Dates));
                var (draw, place) = (chance[step % chance.Length], chance[step % chance.Length] % _underWay.Count);
                var (command, copies) = _underWay[place];
                _underWay.RemoveAt(place);
                if (draw % 3 == 0 && copies < 3)
                    _underWay.Add((command, copies + 1));
                Take(command);
            }

            var (end, before) = (Record, _history.Count);
            foreach (var command in _said.AsEnumerable().Reverse().Concat(_said))
                Take(command);
            _history.Should().HaveCount(before);
            Record.Should().BeSameAs(end);
            _history.Where(e => e is not (SeatRequested or AttendanceRecorded or EligibilityDecided)).Select(e => e.GetType()).Should().OnlyHaveUniqueItems();
        }

        public TrainingRecord Record { get; private set; } = TrainingRecord.Initial;

        public bool Withdrew => _history.OfType<LearnerWithdrew>().Any();

        /// <summary>Minutes that Scheduling sealed for this record.</summary>
        public int Sealed => _said.OfType<RecordAttendance>().DistinctBy(a => a.SessionId).Sum(a => a.AttendedMinutes);

        public void HasNoTraceOf<T>() => _history.OfType<T>().Should().BeEmpty();

        private void Take(ICommand<TrainingRecord> command)
        {
            var events = command.Decide(Record, Given.Now).Should().BeOfType<Decision.Accepted>().Subject.Events;
            foreach (var @event in events)
            {
                Record = Record.Evolve(@event);
                _history.Add(@event);
                Hear(@event, Announcements.From(new(Guid.Empty, RecordId, Record.Version, @event, Given.Now)));
            }
        }

        /// <summary>What follows, at the cohort, at Certification or with the learner.</summary>
        private void Hear(object @event, object? announced)
        {
            switch (announced)
            {
                case V1.SeatRequested r when _history.OfType<SeatRequested>().Count() > 1:
                    Seat(r.CohortId, r.RecordVersion);
                    break;
                case V1.SeatRequested r:
                    Answer(r.CohortId, r.RecordVersion);
                    break;
                case V1.OfferAccepted a when _story.Fate == Fate.OfferTaken:
                    Seat(a.CohortId, Request);
                    break;
                case V1.SeatConfirmed:
                    Say(_story.Met ? new Complete(Certificate, _story.Minutes, []) : new Complete(null, _story.Minutes, ["too little"]));
                    break;
            }

            if (@event is SeatOffered)
                Decided();
            // The next cohort that opens: the record asks again.
            if (@event is SeatRefused)
                Say(new RequestSeat(new(_story.Elsewhere ? OtherCohort : Cohort, [])));
        }

        private void Answer(Guid cohort, long version)
        {
            if (_story.Fate == Fate.SeatAtOnce)
                Seat(cohort, version);
            else if (_story.Fate != Fate.RefusedAtOnce)
                Say(new PlaceOnWaitlist(cohort, version, 14));
            if (_story.Fate is Fate.OfferTaken or Fate.OfferTakenTooLate or Fate.OfferDeclined or Fate.OfferLapsed or Fate.RefusedWhileOffered)
                Say(new OfferSeat(cohort, version, Deadline, "association"));
            if (_story.Fate is Fate.OfferTakenTooLate or Fate.OfferLapsed)
                Say(new ExpireOffer(cohort, version));
            if (_story.Fate is Fate.RefusedAtOnce or Fate.RefusedWhileWaiting or Fate.RefusedWhileOffered)
                Say(new RefuseSeat(cohort, version, "The cohort closed before a seat became free."));
        }

        private void Seat(Guid cohort, long version)
        {
            Say(new ConfirmSeat(cohort, version));
            for (var n = 1; n <= _story.HalfDays; n++)
                Say(new RecordAttendance(HalfDay(n), cohort, 210, 100 + n));
        }

        /// <summary>The learner saw the offer and decides at once; a person decides once.</summary>
        private void Decided()
        {
            if (_story.Fate is Fate.OfferTaken or Fate.OfferTakenTooLate or Fate.OfferDeclined)
                Take(new AnswerOffer(_story.Fate != Fate.OfferDeclined));
        }

        private void Say(ICommand<TrainingRecord> command)
        {
            _underWay.Add((command, 1));
            _said.Add(command);
        }
    }
}
