using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class WaitlistSpecs
{
    private static Seat Waiting(long place, Priority? priority = null) => new(Cohort, Request, place) { Priority = priority };

    [Fact, Trait("Rule", "R10")]
    public void Keeps_the_reason_for_each_pass_once()
    {
        var note = new NotePass(Cohort, 21, "time clash");
        RecordWith(Waitlisted()).When(note).Then(new PassedOver(Cohort, 21, "time clash"));
        RecordWith(Waitlisted(), new PassedOver(Cohort, 21, "time clash")).When(note).ThenNothing();
        RecordWith(Waitlisted(), new PassedOver(Cohort, 21, "time clash")).When(note with { CohortVersion = 25 }).Then(new PassedOver(Cohort, 25, "time clash"));
    }

    [Fact]
    public void Tells_nobody_who_does_not_wait_there()
    {
        RecordWith(Confirmed()).When(new NotePass(Cohort, 21, "time clash")).ThenNothing();
        RecordWith(Waitlisted()).When(new NotePass(OtherCohort, 21, "time clash")).ThenNothing();
        Given.The<TrainingRecord>().When(new NotePass(Cohort, 21, "group too large")).ThenNothing();
    }

    [Fact, Trait("Rule", "R3")]
    public void Counts_those_who_came_before() => Waitlist.Position(Waiting(20), [Waiting(14), Waiting(20), Waiting(31)]).Should().Be(2);

    [Fact, Trait("Rule", "R4")]
    public void Counts_those_of_a_class_that_comes_before()
    {
        Priority dla = new(PriorityClass.Referred, "dla-44");
        Waitlist.Position(Waiting(20), [Waiting(31, dla), Waiting(33, new(PriorityClass.Displaced, "a cohort", 2))]).Should().Be(3);
        Waitlist.Position(Waiting(31, dla), [Waiting(20), Waiting(33, new(PriorityClass.Displaced, "a cohort", 2))]).Should().Be(2);
        Waitlist.Position(Waiting(33, new(PriorityClass.Displaced, "a cohort", 2)), [Waiting(34, new(PriorityClass.Displaced, "a cohort", 1))]).Should().Be(2);
    }
}
