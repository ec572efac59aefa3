using AwesomeAssertions;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class CloseFileSpecs
{
    private static readonly CloseFile Close = new(9, Cohort);
    private static readonly FileClosed Closed = new(9, Cohort);

    [Fact]
    public void Closes_the_file_once_whatever_is_in_it()
    {
        Given.The<CompletionFile>().When(Close).Then(Closed);
        Given.The<CompletionFile>(Named(), Recorded(1)).When(Close).Then(Closed);
        Given.The<CompletionFile>(Named(), Closed).When(Close).ThenNothing();
    }

    /// <summary>Whatever comes last, the file of a duplicate is not decided, and so no certificate is issued.</summary>
    [Fact]
    [Trait("Rule", "R38"), Trait("Rule", "R47")]
    public void Leads_to_no_certificate_whatever_comes_last()
    {
        object[] all = [Named(), Ended(), Recorded(1), Recorded(2), Recorded(3)];
        foreach (var last in all)
        {
            var state = Given.The<CompletionFile>([.. all.Where(e => e != last), Closed]).State;
            var decision = Asks(last).Decide(state, Given.Now);
            decision.Should().BeOfType<Decision.Accepted>().Which.Events.Should().ContainSingle().Which.Should().BeOfType(last.GetType());
            Asks(last).Decide(Given.The<CompletionFile>([.. all.Where(e => e != last)]).State, Given.Now)
                .Should().BeOfType<Decision.Accepted>().Which.Events.Should().HaveCount(2, "otherwise it is decided");
        }
    }

    [Fact]
    public void Leaves_a_decision_that_was_taken_before() =>
        Given.The<CompletionFile>(Named(), Ended(), Recorded(1), Recorded(2), Recorded(3), Met(), Closed).State.Decided.Should().NotBeNull();

    private static ICommand<CompletionFile> Asks(object @event) => @event switch
    {
        HolderNamed e => new NameHolder(e.RecordVersion, e.CohortId, e.LearnerId, e.Name, e.OrganisationRef, e.Partner),
        TrainingEnded e => new EndTraining(e.CohortId, e.SessionIds, e.Mark, e.StartedOn, e.EndedOn, e.Programme),
        HalfDayRecorded e => new RecordHalfDay(e.SessionId, e.SessionVersion, e.CohortId, e.DeliveredMinutes, e.AttendedMinutes),
        _ => throw new InvalidOperationException(),
    };
}
