using System.Reflection;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The messages with partners: which there are.</summary>
public partial class PublicContractSpecs
{
    /// <summary>A partner counts the versions of a record: a gap would look like a loss.</summary>
    [Fact]
    public void Every_event_of_a_record_has_a_public_form_of_the_same_name_and_no_other_event_has_one()
    {
        foreach (var e in Code.Events.Where(e => e.Type.Assembly == typeof(TrainingRecord).Assembly))
        {
            var expected = e.Stream == typeof(TrainingRecord) ? Code.Public.SingleOrDefault(c => c.Name == e.Name)?.Type : null;
            PublicContract.Forms(e).Should().Equal([expected], e.Name);
            (expected is null).Should().Be(e.Stream != typeof(TrainingRecord), $"{e.Name} is public where it is of a training record");
        }
    }

    [Fact]
    public void Every_public_event_is_of_a_record_or_answers_a_message_or_is_for_all()
    {
        Code.Public.Where(c => !c.IsCommand && !c.IsForAll).Select(c => c.Name).Except(Code.Events.Select(e => e.Name))
            .Should().BeEquivalentTo("command.answered.v1", "message.rejected.v1");
        // No partner's learners are in it.
        Code.Public.Where(c => c.IsForAll).Select(c => c.Name).Should().Equal("ledger.checkpoint-signed.v1");
    }

    [Fact]
    public void Every_public_contract_has_a_name_of_its_own()
    {
        Code.Public.Where(c => !(c.IsCommand ? CommandName() : EventName()).IsMatch(c.Name)).Select(c => c.Name).Should().BeEmpty();
        Code.Public.Select(c => c.Name).Should().OnlyHaveUniqueItems();
        Code.Public.Where(c => c.Type.Namespace != $"Tremplin.Contracts.Partners.V{c.Name[(c.Name.LastIndexOf('v') + 1)..]}")
            .Should().BeEmpty("the namespace says the major version");
    }

    /// <summary>Null is written as absence, and absence is read only where there is a default.</summary>
    [Fact]
    public void What_may_be_null_may_be_absent() =>
        Code.Public.Select(c => c.Type).Concat(Code.Parts.Where(p => p.Namespace!.Contains(".Partners.", StringComparison.Ordinal) && !p.IsEnum))
            .SelectMany(t => t.GetConstructors().Single().GetParameters())
            .Where(p => new NullabilityInfoContext().Create(p).ReadState == NullabilityState.Nullable != p.HasDefaultValue)
            .Select(p => $"{p.Member.DeclaringType!.Name}.{p.Name}").Should().BeEmpty();

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EventName();

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandName();
}
