using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class EndTrainingSpecs
{
    [Fact]
    public void Keeps_the_end_when_it_comes_first() => Given.The<CompletionFile>().When(Finish()).Then(Ended());

    [Fact]
    public void Changes_nothing_when_repeated() => Given.The<CompletionFile>(Ended()).When(Finish()).ThenNothing();

    [Fact]
    public void Lists_each_half_day_once() =>
        Given.The<CompletionFile>().When(Finish() with { SessionIds = [Session(1), Session(1)] }).Then(Ended(1));

    [Fact]
    public void Brings_the_decision_when_it_comes_last() =>
        Given.The<CompletionFile>(Named(), Recorded(1), Recorded(2), Recorded(3)).When(Finish()).Then(Ended(), Met());

    [Fact]
    public void Waits_for_a_half_day_that_is_not_announced_yet() =>
        Given.The<CompletionFile>(Named(), Recorded(1), Recorded(3)).When(Finish()).Then(Ended());

    [Fact]
    public void Waits_for_the_confirmation() =>
        Given.The<CompletionFile>(Recorded(1), Recorded(2), Recorded(3)).When(Finish()).Then(Ended());

    [Fact]
    public void Changes_nothing_after_the_decision() =>
        Given.The<CompletionFile>(Named(), Recorded(1), Ended(1), Met(210, 210))
            .When(Finish() with { CohortId = EarlierCohort }).ThenNothing();
}
