using AwesomeAssertions;
using CsCheck;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class ReportConnectionsSpecs
{
    private static readonly Cohort Cohort = Given(OpenCohortOf(12)).State<Cohort>();
    private static readonly DateTimeOffset Over = HalfDay.EndsAt.AddMinutes(5);
    private static readonly TrainerCountersigned Countersigned = new("trainer-nora", Over);

    // 168 of 210 minutes are the four fifths that the programme asks for.
    private static readonly ReportConnections Enough = new(Bilal, [Of(0, 100), Of(100, 168)], LogKind.VideoConference, "VISIO-2026/031");
    private static readonly ConnectionsReported Reported = new(Bilal, Enough.Connections, 0.8m, Enough.Kind, Enough.Reference, "trainer-nora", Over);

    [Fact, Trait("Rule", "R34")]
    public void Says_who_reports_what_it_rests_on_and_which_share_the_programme_asks_for()
    {
        Given(HalfDay, AwaAndBilalExpected).When(Enough.By("trainer-nora", Cohort), Over).Then(Reported);
        Given(HalfDay, AwaAndBilalExpected)
            .When(Enough.By("trainer-nora", Cohort with { Programme = Basics with { MinConnectedShare = 0.5m } }), Over)
            .Then(Reported with { MinShare = 0.5m });
    }

    [Fact, Trait("Rule", "R34")]
    public void Evidences_the_connected_minutes_where_they_reach_the_share() =>
        Sealing(Reported).Then(
            new SessionSealed(210, Over),
            new AttendanceSealed(CohortId, Awa, 1, 210, 0, Evidence.NotEvidenced, Day),
            new AttendanceSealed(CohortId, Bilal, 3, 210, 168, Evidence.ConnectedRemotely, Day));

    [Fact, Trait("Rule", "R34"), Trait("Rule", "R30")]
    public void Evidences_nothing_where_a_minute_is_missing() => Bilals(Reported with { Connections = [Of(0, 167)] }).Should().Be((0, Evidence.NotEvidenced));

    [Fact, Trait("Rule", "R34")]
    public void Counts_once_what_overlaps_as_with_two_devices() =>
        Bilals(Reported with { Connections = [Of(0, 100), Of(50, 150), Of(20, 60)] }).Should().Be((0, Evidence.NotEvidenced));

    [Fact, Trait("Rule", "R34")]
    public void Counts_nothing_before_the_start_or_after_the_end()
    {
        Bilals(Reported with { Connections = [Of(-60, 100), Of(200, 260)] }).Should().Be((0, Evidence.NotEvidenced));
        Bilals(Reported with { Connections = [Of(-60, 260)] }).Should().Be((210, Evidence.ConnectedRemotely));
    }

    [Fact, Trait("Rule", "R34")]
    public void Goes_by_the_minutes_until_the_real_end_where_it_was_interrupted()
    {
        var interrupted = new SessionInterrupted(new(2026, 3, 16, 10, 40, 0), Start.AddMinutes(100), Obstacle.TechnicalFault);
        Bilals(Reported with { Connections = [Of(20, 210)] }, interrupted).Should().Be((80, Evidence.ConnectedRemotely));
        Bilals(Reported with { Connections = [Of(21, 210)] }, interrupted).Should().Be((0, Evidence.NotEvidenced));
    }

    [Fact, Trait("Rule", "R30")]
    public void Gives_way_to_a_signature_and_goes_before_the_trainers_word()
    {
        Bilals(Reported, new LearnerSigned(Bilal, Start, Late: false)).Should().Be((210, Evidence.SignedByLearner));
        var marked = new MarkedByTrainer(Bilal, "trainer-nora", MarkingReason.Other, Start, Late: false);
        Bilals(marked, Reported).Should().Be((168, Evidence.ConnectedRemotely));
        Bilals(marked, Reported with { Connections = [Of(0, 10)] }).Should().Be((210, Evidence.MarkedByTrainer));
    }

    [Fact, Trait("Rule", "R34")]
    public void Takes_the_last_report_for_the_whole() =>
        Bilals(Reported, Reported with { Connections = [Of(100, 210)] }).Should().Be((0, Evidence.NotEvidenced));

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_in_another_order_and_also_after_sealing()
    {
        var again = (Enough with { Connections = [.. Enough.Connections.Reverse()] }).By("coordinator-ida", Cohort);
        Given(HalfDay, AwaAndBilalExpected, Reported).When(again, Over).ThenNothing();
        Given(HalfDay, AwaAndBilalExpected, Reported, Countersigned, new SessionSealed(210, Over)).When(again, Over).ThenNothing();
    }

    [Fact, Trait("Rule", "R32")]
    public void Refuses_another_report_after_sealing() =>
        Given(HalfDay, AwaAndBilalExpected, Countersigned, new SessionSealed(210, Over)).When(Enough.By("trainer-nora", Cohort), Over).ThenRefused("session-sealed");

    [Fact, Trait("Rule", "R29")]
    public void Refuses_a_record_that_is_not_on_the_roster() =>
        Given(HalfDay, AwaAndBilalExpected).When((Enough with { RecordId = Chloe }).By("trainer-nora", Cohort), Over).ThenRefused("not-on-roster");

    [Fact]
    public void Refuses_what_is_no_report()
    {
        Refused(Enough with { Connections = [] }, "connections-out-of-range");
        Refused(Enough with { Connections = [.. Enumerable.Range(0, 201).Select(n => Of(n, n + 1))] }, "connections-out-of-range");
        Refused(Enough with { Connections = [Of(10, 10)] }, "ends-before-start");
        Refused(Enough with { Connections = [Of(10, 216)] }, "not-over");
        Refused(Enough with { Reference = "by heart" }, "reference-malformed");

        void Refused(ReportConnections report, string code) => Given(HalfDay, AwaAndBilalExpected).When(report.By("trainer-nora", Cohort), Over).ThenRefused(code);
    }

    [Fact]
    public void Takes_what_is_just_within_bounds_and_refuses_the_whole_for_one_that_is_not()
    {
        Connection[] most = [.. Enumerable.Range(0, 200).Select(n => Of(n, n + 1))];
        Connection[] untilNow = [Of(0, 10), Of(10, 215)];
        foreach (var within in new[] { most, untilNow })
            Given(HalfDay, AwaAndBilalExpected).When((Enough with { Connections = within }).By("trainer-nora", Cohort), Over).Then(Reported with { Connections = within });
        Given(HalfDay, AwaAndBilalExpected).When((Enough with { Connections = [Of(0, 100), Of(120, 110)] }).By("trainer-nora", Cohort), Over).ThenRefused("ends-before-start");
        Given(HalfDay, AwaAndBilalExpected).When((Enough with { Connections = [Of(0, 100), Of(100, 216)] }).By("trainer-nora", Cohort), Over).ThenRefused("not-over");
    }

    [Fact, Trait("Rule", "R16")]
    public void Knows_again_connections_that_began_together() =>
        Given(HalfDay, AwaAndBilalExpected, Reported with { Connections = [Of(0, 60), Of(0, 168)] })
            .When((Enough with { Connections = [Of(0, 168), Of(0, 60)] }).By("trainer-nora", Cohort), Over).ThenNothing();

    private static readonly Gen<Connection[]> Some = Gen.Select(Gen.Int[-90, 300], Gen.Int[0, 200], (from, minutes) => Of(from, from + minutes)).Array[0, 12];

    /// <summary>Against a second account that looks at each minute by itself.</summary>
    [Fact, Trait("Rule", "R34")]
    public void Counts_each_minute_with_a_connection_once() =>
        Gen.Select(Some, Gen.Int[0, 210]).Sample((connections, length) =>
            Minutes(connections, length) == Enumerable.Range(0, length).Count(m => connections.Any(c => c.From <= Start.AddMinutes(m) && c.To >= Start.AddMinutes(m + 1))));

    [Fact, Trait("Rule", "R34")]
    public void Counts_the_same_in_any_order_and_however_often_it_is_told() =>
        Gen.Select(Some, Gen.Int[0, 1000]).Sample((connections, seed) =>
        {
            var shuffled = connections.Concat(connections).ToArray();
            new Random(seed).Shuffle(shuffled);
            return Minutes(connections, 210) == Minutes(shuffled, 210);
        });

    [Fact, Trait("Rule", "R34")]
    public void Never_counts_more_than_there_was_nor_less_for_more_connections() =>
        Gen.Select(Some, Some).Sample((some, more) =>
            Minutes(some, 210) <= Minutes([.. some, .. more], 210) && Minutes([.. some, .. more], 210) is >= 0 and <= 210);

    private static int Minutes(Connection[] connections, int length) => ReportConnections.Minutes(connections, Start, Start.AddMinutes(length));

    private static Connection Of(int from, int to) => new(Start.AddMinutes(from), Start.AddMinutes(to));

    private static Result Sealing(params object[] marks) =>
        Given([HalfDay, AwaAndBilalExpected, .. marks, Countersigned]).When(new SealSession(), Over);

    private static (int Minutes, Evidence Evidence) Bilals(params object[] marks)
    {
        object[] before = [HalfDay, AwaAndBilalExpected, .. marks, Countersigned];
        var events = ((Defaults.Decision.Accepted)Sealing(marks).Decision).Events;
        var counts = Given([.. before, .. events]).State<Session>().Roster[Bilal].Counts!;
        return (counts.Minutes, counts.Evidence);
    }
}
