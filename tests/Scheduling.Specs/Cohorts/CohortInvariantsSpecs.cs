using AwesomeAssertions;
using Tremplin.Defaults.Audit;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

/// <summary>Histories that decisions make keep the rules; histories that somebody wrote by hand are told by their rule.</summary>
public class CohortInvariantsSpecs
{
    private static readonly DateTimeOffset Deadline = Now.AddHours(48);

    public static TheoryData<string, object[]> ByHand => new()
    {
        { "R1", OpenCohortOf(1, Seated(Awa), Seated(Bilal)) },
        { "R1", OpenCohortOf(1, Seated(Awa), Waits(Bilal), Offered(Bilal, Deadline)) },
        { "R5", OpenCohortOf(2, Waits(Awa), Seated(Bilal)) },
        { "R3", OpenCohortOf(2, Waits(Awa), Waits(Bilal), Offered(Bilal, Deadline)) },
        { "R6", OpenCohortOf(2, Seated(Awa), Offered(Awa, Deadline)) },
        { "R1", OpenCohortOf(3, Reserved(1), Seated(Awa) with { ReservationId = Group }, Seated(Bilal) with { ReservationId = Group }) },
        { "R11", OpenCohortOf(3, GroupWaits(3), Reserved(2)) },
        { "R11", OpenCohortOf(3, GroupWaits(2), Reserved(2), Reserved(2)) },
        { "R12", OpenCohortOf(2, Seated(Awa), Seated(Bilal), new CapacityChanged(2, 1)) },
        { "R28", OpenCohortOf(2, Seated(Awa), new DispositionRecorded(Awa, Disposition.Waits, null)) },
        { "R7", OpenCohortOf(2, Waits(Awa), new OfferAccepted(Awa, 1)) },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Tells_the_rule_that_was_broken(string rule, object[] events) => Broken(events).Should().Equal(rule);

    [Fact]
    public void Says_nothing_of_what_a_cohort_may_do() =>
        Broken(OpenCohortOf(
            1, Seated(Awa), Waits(Bilal), Waits(Chloe), new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Deadline), new OfferExpired(Bilal, 1, Deadline),
            Offered(Chloe, Deadline), new OfferAccepted(Chloe, 1), Waits(Bilal, 5), new RequestWithdrawn(Chloe, 3, Standing.Seated),
            Waits(Diego), Offered(Diego, Deadline, new PassedOver(Bilal, 11, "time clash")), new OfferAccepted(Diego, 1), new CohortClosed())).Should().BeEmpty();

    [Fact]
    public void Says_nothing_of_reserved_seats_that_are_named_and_of_a_capacity_that_falls_to_what_is_taken() =>
        Broken(OpenCohortOf(3, GroupWaits(2), Reserved(2), Seated(Awa) with { ReservationId = Group }, Seated(Bilal) with { ReservationId = Group }, new CapacityChanged(3, 2)))
            .Should().BeEmpty();

    [Fact, Trait("Rule", "R3")]
    public void Names_each_who_was_left_out_without_a_word() =>
        new CohortInvariants().Broken(
                CohortId, Given(OpenCohortOf(1, Waits(Awa), Waits(Bilal), Waits(Chloe))).State<Cohort>(), Offered(Chloe, Deadline),
                Given(OpenCohortOf(1, Waits(Awa), Waits(Bilal), Waits(Chloe), Offered(Chloe, Deadline))).State<Cohort>())
            .Should().ContainSingle().Which.Words.Should().EndWith($"came {Awa}, {Bilal}.");

    [Fact, Trait("Rule", "R1")]
    public void Says_nothing_of_a_seat_beyond_the_capacity_that_a_person_gave() =>
        Broken(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new CapacityOverridden(Bilal, 1, LearnerOf(Bilal), OverrideReason.Mistake), Waits(Chloe))).Should().BeEmpty();

    private static List<string> Broken(object[] events)
    {
        var (invariants, state, broken) = (new CohortInvariants(), Cohort.Initial, new List<Breach>());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(invariants.Broken(CohortId, state, e, after));
            state = after;
        }

        broken.Should().OnlyContain(b => invariants.Rules.Contains(b.Rule) && b.Words.EndsWith('.'));
        return [.. broken.Select(b => b.Rule)];
    }
}
