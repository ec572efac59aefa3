using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class IssueCertificateSpecs
{
    private static readonly IssueCertificate Issue = new(RecordId, Named(), Ended(), Met());

    [Fact]
    public void Freezes_the_claims() => Given.The<Certificate>().When(Issue).Then(Issued());

    [Fact]
    public void Changes_nothing_when_issued_before() => Given.The<Certificate>(Issued()).When(Issue, Given.Now.AddDays(40)).ThenNothing();

    [Fact]
    public void Refuses_what_was_not_earned() =>
        Given.The<Certificate>().When(Issue with { Decided = NotMet("too little") }).ThenRefuses("criteria-not-met");

    [Fact]
    public void Does_not_expire_where_the_programme_sets_no_limit() =>
        Given.The<Certificate>().When(Issue with { End = Ended(programme: Taught with { ValidityMonths = null }) })
            .Then(Issued() with { ValidUntil = null });

    [Fact]
    public void Ends_with_the_month_where_the_day_does_not_exist() =>
        Given.The<Certificate>()
            .When(Issue with { End = Ended(programme: Taught with { ValidityMonths = 3 }) }, new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero))
            .Then(Issued() with { IssuedOn = new(2026, 11, 30), ValidUntil = new(2027, 2, 28) });

    [Fact]
    public void Is_not_dated_before_the_end_of_the_training() =>
        Given.The<Certificate>().When(Issue, new(2026, 11, 23, 20, 0, 0, TimeSpan.Zero)).Then(Issued());

    [Fact]
    public void Gives_a_record_one_certificate_and_each_record_another() =>
        (Certificate.IdFor(RecordId), Certificate.IdFor(RecordId)).Should().Match<(Guid A, Guid B)>(
            ids => ids.A == ids.B && ids.A != Certificate.IdFor(Learner));

    [Fact]
    public void Expires_on_the_day_after_the_last_valid_one() =>
        Given.The<Certificate>(Issued()).State.ExpiresOn().Should().Be(new DateOnly(2028, 11, 25));
}
