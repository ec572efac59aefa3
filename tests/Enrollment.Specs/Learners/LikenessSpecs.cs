using AwesomeAssertions;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.Reviews;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

/// <summary>R48: the same e-mail is not identity, and who is doubtful is looked at by a person.</summary>
public class LikenessSpecs
{
    private static readonly Person Camille = new("Camille", "Lefèvre", "contact12@asso.example");
    private static readonly DateOnly Born = new(1990, 5, 17), Later = new(1992, 1, 2);

    [Theory]
    [InlineData("Karim", "Haddad")]
    [InlineData("Sylvain", "Lefèvre")]
    [InlineData("Camille", "Haddad")]
    [Trait("Rule", "R48")]
    public void Takes_colleagues_and_siblings_with_one_mailbox_for_others(string first, string last) =>
        Likeness.Between(new(first, last, Camille.Email), Camille, MarkKind.Email).Should().BeNull();

    [Theory]
    [InlineData("Camile", "Lefevre")]
    [InlineData("Camille", "Lefebvre")]
    [InlineData("Lefèvre", "Camille")]
    [InlineData("Camille-Anne", "Lefèvre")]
    [InlineData("Cam", "Lefèvre")]
    [InlineData("Camille", "Lefèvre-Roy")]
    [Trait("Rule", "R48")]
    public void Doubts_nearly_the_same_name_with_one_mailbox(string first, string last)
    {
        Likeness.Between(new(first, last, Camille.Email), Camille, MarkKind.Email).Should().Be(Doubt.NearlyTheSameName);
        Likeness.Between(Camille, new(first, last, Camille.Email), MarkKind.Email).Should().Be(Doubt.NearlyTheSameName);
    }

    [Theory]
    [InlineData(MarkKind.Born, Doubt.SameBirthDate)]
    [InlineData(MarkKind.Works, Doubt.SameOrganisation)]
    [InlineData(MarkKind.Mailbox, Doubt.SameMailbox)]
    [InlineData(MarkKind.Twin, Doubt.OneOfTwo)]
    [Trait("Rule", "R48")]
    public void Says_why_it_doubts(MarkKind mark, Doubt doubt) =>
        Likeness.Between(Camille with { Email = "camille@autre.example" }, Camille, mark).Should().Be(doubt);

    [Theory]
    [InlineData(MarkKind.Email)]
    [InlineData(MarkKind.Works)]
    [InlineData(MarkKind.Mailbox)]
    public void Takes_people_with_different_birth_dates_for_two(MarkKind mark) =>
        Likeness.Between(Camille with { FirstName = "Camile", BirthDate = Born }, Camille with { BirthDate = Later }, mark).Should().BeNull();

    [Fact]
    [Trait("Rule", "R48")]
    public void Doubts_the_strong_key_where_birth_dates_contradict_each_other()
    {
        Likeness.Between(Camille with { BirthDate = Born }, Camille with { BirthDate = Later }, MarkKind.Identity).Should().Be(Doubt.AnotherBirthDate);
        Likeness.Between(Camille with { BirthDate = Born }, Camille, MarkKind.Identity).Should().BeNull();
        Likeness.Between(Camille with { BirthDate = Born }, Camille with { BirthDate = Born }, MarkKind.Identity).Should().BeNull();
    }

    [Fact]
    public void Finds_by_address_by_names_and_organisation_by_birth_date_and_by_a_mailbox_with_a_number()
    {
        Likeness.Marks(Camille with { BirthDate = Born }, "asso").Select(m => m.Kind)
            .Should().BeEquivalentTo([MarkKind.Email, MarkKind.Works, MarkKind.Born, MarkKind.Mailbox]);
        Likeness.Marks(Camille with { Email = "contact@asso.example" }, "asso").Select(m => m.Kind).Should().BeEquivalentTo([MarkKind.Email, MarkKind.Works]);
    }

    [Fact]
    public void Finds_whoever_swapped_the_names_too() =>
        Likeness.Marks(new("LEFEVRE", "camille", " Contact12@ASSO.example"), "asso").Should().Equal(Likeness.Marks(Camille, "asso"));

    [Fact]
    public void Recognises_a_newcomer_by_names_and_address_from_now_on()
    {
        Likeness.KeyOf(Camille, review: null).Should().Be(Camille.Identity());
        Likeness.KnownBy(Camille, review: null).Select(m => m.Text).Should().Equal(Camille.Identity());
    }

    [Fact]
    public void Recognises_somebody_by_the_other_address_once_that_was_decided() =>
        Likeness.KnownBy(Camille, Decided(Doubt.SameOrganisation, ReviewVerdict.SamePerson)).Should().Contain(new Mark(MarkKind.Identity, Camille.Identity()));

    [Fact]
    [Trait("Rule", "R48")]
    public void Registers_another_person_with_an_equal_key_under_one_of_their_own()
    {
        var review = Decided(Doubt.AnotherBirthDate, ReviewVerdict.AnotherPerson);
        Likeness.KeyOf(Camille with { BirthDate = Born }, review).Should().Be($"{Camille.Identity()}|1990-05-17");
        Likeness.KeyOf(Camille, review).Should().StartWith(Camille.Identity() + "|").And.EndWith(review.Id.ToString());
        Likeness.KnownBy(Camille with { BirthDate = Born }, review).Select(m => m.Kind).Should().Equal(MarkKind.Identity, MarkKind.Twin);
        Likeness.KnownBy(Camille with { BirthDate = Born }, review).Should().NotContain(m => m.Text == Camille.Identity());
    }

    [Fact]
    public void Never_shows_a_mark_as_text() => $"{Likeness.Marks(Camille, "asso").First()}".Should().Be("Email");

    private static Review Decided(Doubt why, ReviewVerdict verdict) =>
        Review.Initial with { Id = Sample.Cohort, Candidates = [new(Sample.LearnerId, why)], Verdict = verdict };
}
