using AwesomeAssertions;
using CsCheck;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class PersonSpecs
{
    private static readonly Person Camille = new("Camille", "Lefèvre", "camille@asso.example", new(1990, 5, 17));

    [Theory]
    [InlineData("Éloïse", "ELOISE")]
    [InlineData("Marie-Claude", "marie claude")]
    [InlineData("Marie-Claude", "  Marie   Claude ")]
    [InlineData("Marie\u2010Claude", "MarieClaude")]
    [InlineData("d’Artagnan", "D'Artagnan")]
    [InlineData("Cœur", "COEUR")]
    [InlineData("Lætitia", "Laetitia")]
    [InlineData("François", "FRANCOIS")]
    [InlineData("Noël", "NOE\u0308L")]
    [InlineData("Ÿves", "yves")]
    public void Is_the_same_person_however_the_name_is_typed(string name, string typed)
    {
        (Camille with { FirstName = typed }).Identity().Should().Be((Camille with { FirstName = name }).Identity());
        (Camille with { LastName = typed }).Identity().Should().Be((Camille with { LastName = name }).Identity());
    }

    [Theory]
    [InlineData("Camille@ASSO.example")]
    [InlineData("  camille@asso.example ")]
    public void Is_the_same_person_however_the_address_is_typed(string email) =>
        (Camille with { Email = email }).Identity().Should().Be(Camille.Identity());

    [Fact]
    public void Is_the_same_person_with_and_without_a_birth_date() =>
        (Camille with { BirthDate = null }).Identity().Should().Be(Camille.Identity());

    [Fact]
    [Trait("Rule", "R48")]
    public void Keeps_people_with_a_shared_mailbox_apart() =>
        (Camille with { FirstName = "Karim" }).Identity().Should().NotBe(Camille.Identity());

    [Fact]
    [Trait("Rule", "R48")]
    public void Keeps_people_with_the_same_name_apart() =>
        (Camille with { Email = "camille.lefevre@autre.example" }).Identity().Should().NotBe(Camille.Identity());

    [Fact]
    public void Does_not_let_one_name_run_into_the_other() =>
        (Camille with { FirstName = "Jean Paul", LastName = "Roy" }).Identity()
            .Should().NotBe((Camille with { FirstName = "Jean", LastName = "Paul Roy" }).Identity());

    [Fact]
    public void Folds_a_folded_name_no_further() =>
        Gen.String[Gen.Char["aéÈçœÆ-' ’zŸ9|"], 0, 12].Sample(name =>
        {
            var folded = (Camille with { FirstName = name }).Identity().Split('|')[0];
            return (Camille with { FirstName = folded }).Identity().Split('|')[0] == folded;
        });

    [Theory]
    [InlineData("", "Lefèvre", "a@b.example", null, "first_name")]
    [InlineData("Camille", "  ", "a@b.example", null, "last_name")]
    [InlineData("Camille", "Lefèvre", "", null, "email")]
    [InlineData("Camille", "Lefèvre", "nobody", null, "email")]
    [InlineData("Camille", "Lefèvre", "a@localhost", null, "email")]
    [InlineData("Camille", "Lefèvre", "Camille <a@b.example>", null, "email")]
    [InlineData("Camille", "Lefèvre", "a@b.example, c@d.example", null, "email")]
    [InlineData("Camille", "Lefèvre", "a@b.example", "1899-12-31", "birth_date")]
    public void Names_the_column_at_fault(string first, string last, string email, string? born, string column) =>
        new Person(first, last, email, born is null ? null : DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture))
            .Faults().Select(f => f.Field).Should().Equal(column);

    [Fact]
    public void Never_repeats_personal_data_in_a_fault() =>
        string.Join(' ', new Person("", " ", "camille-at-home", new(1810, 1, 1)).Faults()).Should().NotContainAny("camille", "1810");

    [Fact]
    public void Has_no_fault_otherwise() => (Camille with { Email = " camille@asso.example " }).Faults().Should().BeEmpty();

    [Fact]
    public void Never_shows_itself_as_text() => $"{Camille}".Should().Be("a person");

    [Fact]
    public void Opens_again_under_its_own_key()
    {
        var key = new LearnerKey(Sample.LearnerId, new byte[32]);
        var under = (Camille with { FirstName = " Camille " }).Under(key);
        (key.Open(under.FirstName), key.Open(under.LastName), key.Open(under.Email), key.Open(under.BirthDate!))
            .Should().Be(("Camille", "Lefèvre", "camille@asso.example", "1990-05-17"));
        (Camille with { BirthDate = null }).Under(key).BirthDate.Should().BeNull();
    }
}
