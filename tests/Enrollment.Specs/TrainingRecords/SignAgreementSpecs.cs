using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class SignAgreementSpecs
{
    private static readonly DateTimeOffset Then = Given.Now.AddDays(-3);

    private static readonly SignAgreement Sign = new(Then, "conv-2026-0042");

    private static readonly AgreementSigned Signed = new(Then, "conv-2026-0042");

    private static Given.Stream<TrainingRecord> Requiring(params object[] later) =>
        Given.The<TrainingRecord>([Submitted(), Eligible(), Requested() with { AgreementRequired = true }, .. later]);

    [Fact, Trait("Rule", "R21")]
    public void Keeps_the_real_date_of_a_late_signature() => Requiring(Confirmed(), Attended(1)).When(Sign).Then(Signed);

    [Fact, Trait("Rule", "R21")]
    public void Holds_the_record_back_until_it_is_signed()
    {
        Requiring(Confirmed(), Attended(1)).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.Confirmed && r.Attended.Count == 1);
        Requiring(Confirmed(), Attended(1), Signed).State.Status.Should().Be(RecordStatus.InProgress);
        Requiring(Confirmed(), Signed).State.Status.Should().Be(RecordStatus.Confirmed);
        Requiring(Confirmed(), Signed, Attended(1)).State.Status.Should().Be(RecordStatus.InProgress);
    }

    [Fact, Trait("Rule", "R21")]
    public void Holds_nobody_back_where_none_is_asked_for() => RecordWith(Confirmed(), Attended(1)).State.Status.Should().Be(RecordStatus.InProgress);

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => Requiring(Signed).When(Sign).ThenNothing();

    [Fact]
    public void Refuses_another_date_later() => Requiring(Signed).When(Sign with { SignedAt = Given.Now }).ThenRefuses("agreement-signed");

    [Fact]
    public void Takes_a_signature_of_this_moment() =>
        Requiring().When(Sign with { SignedAt = Given.Now }).Then(Signed with { SignedAt = Given.Now });

    [Fact]
    public void Refuses_a_date_to_come() => Requiring().When(Sign with { SignedAt = Given.Now.AddSeconds(1) }).ThenRefuses("signed-in-future");

    [Theory]
    [InlineData("")]
    [InlineData("Jean Dupont")]
    [InlineData("conv-1\n")]
    public void Refuses_what_is_no_reference(string document) => Requiring().When(Sign with { Document = document }).ThenRefuses("document-malformed");

    [Fact]
    public void Refuses_once_the_record_has_ended() => Requiring(Withdrew()).When(Sign).ThenRefuses("record-ended");

    [Fact]
    public void Refuses_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Sign).ThenRefuses("unknown");
}
