using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class IssueCertificateSpecs
{
    private static readonly IssueCertificate Issue = new(Issued(), Verdict.Met);

    [Fact, Trait("Rule", "R37")]
    public void Issues_what_was_printed() => Given.The<Certificate>().When(Issue).Then(Issued());

    [Fact, Trait("Rule", "R37")]
    public void Changes_nothing_when_issued_before() =>
        Given.The<Certificate>(Issued()).When(Issue with { Issued = Issued() with { AttendedMinutes = 1 } }, Given.Now.AddDays(40)).ThenNothing();

    [Fact, Trait("Rule", "R37")]
    public void Refuses_what_was_not_earned() =>
        Given.The<Certificate>().When(Issue with { Verdict = Verdict.NotMet }).ThenRefuses("criteria-not-met");

    [Fact, Trait("Rule", "R37")]
    public void Claims_what_was_decided_of_the_programme_as_the_cohort_was_opened_with_it() => Claims().Should().BeEquivalentTo(Issued() with { Documents = null });

    [Fact]
    public void Does_not_expire_where_the_programme_sets_no_limit() =>
        Claims(Taught with { ValidityMonths = null }).ValidUntil.Should().BeNull();

    [Fact]
    public void Ends_with_the_month_where_the_day_does_not_exist() =>
        Claims(Taught with { ValidityMonths = 3 }, new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero)).Should().Match<CertificateIssued>(
            c => c.IssuedOn == new DateOnly(2026, 11, 30) && c.ValidUntil == new DateOnly(2027, 2, 28));

    [Fact]
    public void Is_not_dated_before_the_end_of_the_training() =>
        Claims(now: new(2026, 11, 23, 20, 0, 0, TimeSpan.Zero)).IssuedOn.Should().Be(new DateOnly(2026, 11, 24));

    [Fact, Trait("Rule", "R37"), Trait("Rule", "R43")]
    public void Gives_a_record_one_certificate_and_each_record_another() =>
        (Certificate.IdFor(RecordId), Certificate.IdFor(RecordId)).Should().Match<(Guid A, Guid B)>(
            ids => ids.A == ids.B && ids.A != Certificate.IdFor(Learner));

    [Fact, Trait("Rule", "R43")]
    public void Expires_on_the_day_after_the_last_valid_one_and_is_not_revoked_by_that() =>
        Given.The<Certificate>(Issued()).State.Should().Match<Certificate>(c => c.ExpiresOn() == new DateOnly(2028, 11, 25) && c.Standing == Standing.Issued);

    private static CertificateIssued Claims(Programme? programme = null, DateTimeOffset? now = null) =>
        IssueCertificate.Claims(RecordId, Named(), Ended(programme: programme), Met(), now ?? Given.Now);
}
