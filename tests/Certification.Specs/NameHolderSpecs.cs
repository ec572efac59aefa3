using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class NameHolderSpecs
{
    [Fact]
    public void Opens_the_file() => Given.The<CompletionFile>().When(Confirmation()).Then(Named());

    [Fact]
    public void Changes_nothing_when_repeated() => Given.The<CompletionFile>(Named()).When(Confirmation()).ThenNothing();

    [Fact]
    public void Follows_a_transfer() =>
        Given.The<CompletionFile>(Named(3, EarlierCohort)).When(Confirmation()).Then(Named());

    [Fact]
    public void Ignores_a_confirmation_that_a_transfer_overtook() =>
        Given.The<CompletionFile>(Named()).When(Confirmation(3, EarlierCohort)).ThenNothing();

    [Fact]
    public void Brings_the_decision_when_it_comes_last() =>
        Given.The<CompletionFile>(Recorded(1), Recorded(2), Recorded(3), Ended()).When(Confirmation()).Then(Named(), Met());

    [Fact]
    public void Does_not_bring_the_decision_for_another_cohort_than_the_one_that_ended() =>
        Given.The<CompletionFile>(Recorded(1), Recorded(2), Recorded(3), Ended())
            .When(Confirmation(3, EarlierCohort)).Then(Named(3, EarlierCohort));

    [Fact]
    public void Changes_nothing_after_the_decision() =>
        Given.The<CompletionFile>(Named(), Recorded(1), Ended(1), Met(210, 210)).When(Confirmation(9)).ThenNothing();

    [Fact, Trait("Rule", "R18")]
    public void Counts_the_half_days_done_in_a_cohort_that_was_left()
    {
        var moved = Confirmation() with { Earlier = [Session(4)] };
        var named = Named() with { EarlierSessionIds = [Session(4)] };
        Given.The<CompletionFile>(Recorded(1), Recorded(2), Recorded(3), Recorded(4) with { CohortId = EarlierCohort }, Ended()).When(moved).Then(named, Met(840, 840));
        Given.The<CompletionFile>(Recorded(1), Recorded(2), Recorded(3), Ended()).When(moved).Then(named);
        Given.The<CompletionFile>(named, Recorded(1), Recorded(2), Recorded(3), Ended()).When(HalfDay(4, cohort: EarlierCohort))
            .Then(Recorded(4) with { CohortId = EarlierCohort }, Met(840, 840));
    }
}
