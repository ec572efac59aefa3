using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;
using static Tremplin.Scheduling.Specs.Sessions.CorrectAttendanceSpecs;

namespace Tremplin.Scheduling.Specs.Sessions;

[Trait("Rule", "R32")]
public class ApproveCorrectionSpecs
{
    private static readonly ApproveCorrection Approve = new(Bilal, Whole);

    private static readonly DateTimeOffset Later = WeekLater.AddDays(2);

    private static readonly AttendanceCorrected Agreed = Corrected with { At = Later, ApprovedBy = "coordinator-ida" };

    [Fact]
    public void Makes_a_proposal_count_and_says_who_agreed() =>
        Given([.. Sealed, Proposed]).When(Approve.By("coordinator-ida", LearnerOf(Bilal)), Later).Then(Agreed);

    [Fact]
    public void Changes_nothing_the_second_time() =>
        Given([.. Sealed, Proposed, Agreed]).When(Approve.By("coordinator-ida", null), Later).ThenNothing();

    [Fact]
    public void Refuses_who_proposed_it() =>
        Given([.. Sealed, Proposed]).When(Approve.By("trainer-nora", null), Later).ThenRefused("second-person-needed");

    [Fact]
    public void Refuses_the_learner_themselves() =>
        Given([.. Sealed, Proposed]).When(Approve.By(LearnerOf(Bilal).ToString(), LearnerOf(Bilal)), Later).ThenRefused("own-attendance");

    [Fact]
    public void Refuses_where_another_correction_was_proposed_meanwhile() =>
        Given([.. Sealed, Proposed, Proposed with { New = new(Evidence.MarkedByTrainer, 90) }])
            .When(Approve.By("coordinator-ida", null), Later).ThenRefused("not-this-proposal");

    [Fact]
    public void Refuses_where_nothing_is_proposed() =>
        Given([.. Sealed, Corrected]).When(Approve.By("coordinator-ida", null), Later).ThenRefused("nothing-proposed");

    [Fact]
    public void Refuses_a_session_that_is_not_sealed() =>
        Given(HalfDay, AwaAndBilalExpected).When(Approve.By("coordinator-ida", null)).ThenRefused("not-sealed");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(Approve.By("coordinator-ida", null)).ThenRefused("unknown");
}
