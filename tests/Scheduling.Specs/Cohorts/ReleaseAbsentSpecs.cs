using System.Collections.Immutable;
using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class ReleaseAbsentSpecs
{
    private static readonly Guid[] Two = [Id(201), Id(202)];

    private static Session Of(int number, SessionStatus status, DateTimeOffset? signed = null) => Session.Initial with
    {
        Id = Id(200 + number),
        CohortId = CohortId,
        Status = status,
        StartsAt = Start.AddDays(number),
        Roster = ImmutableDictionary<Guid, Mark>.Empty.Add(Awa, new(Awa, 1, signed)),
    };

    [Fact, Trait("Rule", "R20")]
    public void Gives_up_the_seat_of_who_was_in_neither_of_the_first_two() =>
        Given(OpenCohortOf(1, Seated(Awa), new CohortStarted())).When(new ReleaseAbsent(Awa, Two)).Then(new LearnerAbsent(Awa, 1, Two));

    [Fact, Trait("Rule", "R20")]
    public void Does_so_once() => Given(OpenCohortOf(1, Seated(Awa), new LearnerAbsent(Awa, 1, Two))).When(new ReleaseAbsent(Awa, Two)).ThenNothing();

    [Fact, Trait("Rule", "R20")]
    public void Does_nothing_when_the_cohort_is_over()
    {
        Given(OpenCohortOf(1, Seated(Awa), new CohortClosed())).When(new ReleaseAbsent(Awa, Two)).ThenNothing();
        Given(OpenCohortOf(1, Seated(Awa), new CohortCancelled(CancellationReason.Room, true))).When(new ReleaseAbsent(Awa, Two)).ThenNothing();
    }

    [Fact, Trait("Rule", "R20")]
    public void One_half_day_is_not_enough() => Given(OpenCohortOf(1, Seated(Awa))).When(new ReleaseAbsent(Awa, [Id(201)])).ThenNothing();

    [Fact, Trait("Rule", "R20")]
    public void Counts_the_first_two_and_only_when_both_are_sealed()
    {
        ReleaseAbsent.Absent([Of(2, SessionStatus.Sealed), Of(1, SessionStatus.Sealed), Of(3, SessionStatus.Planned)], Awa).Should().Equal(Two);
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed), Of(2, SessionStatus.SigningOpen)], Awa).Should().BeNull();
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed)], Awa).Should().BeNull();
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed, Start), Of(2, SessionStatus.Sealed)], Awa).Should().BeNull();
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed), Of(2, SessionStatus.Sealed, Start), Of(3, SessionStatus.Sealed)], Awa).Should().BeNull();
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed), Of(2, SessionStatus.Sealed)], Bilal).Should().BeNull("not on the roster");
    }

    [Fact, Trait("Rule", "R20")]
    public void Takes_nobody_for_absent_who_was_connected_if_only_for_a_while()
    {
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed), Connected(Start.AddDays(2), minutes: 5)], Awa).Should().BeNull();
        ReleaseAbsent.Absent([Of(1, SessionStatus.Sealed), Connected(Start, minutes: 5)], Awa).Should().Equal(Two, "that was at another time");

        static Session Connected(DateTimeOffset from, int minutes) => Of(2, SessionStatus.Sealed) with
        {
            EndsAt = Start.AddDays(2).AddHours(3),
            Roster = ImmutableDictionary<Guid, Mark>.Empty.Add(Awa, new(Awa, 1)
            {
                Connected = new(Awa, [new(from, from.AddMinutes(minutes))], 0.8m, LogKind.Other, "LOG-1", "trainer-nora", End),
            }),
        };
    }
}
