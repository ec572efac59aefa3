using AwesomeAssertions;
using CsCheck;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Certification.Specs.Credentials;

public class IssuerKeysSpecs
{
    [Fact]
    public void Lists_the_key_that_signs_first_and_each_once()
    {
        using var next = new IssuerKeys(Badges.Seed(2), Badges.Keys.Current, Badges.Keys.Current);
        using var again = new IssuerKeys(Badges.Seed(1), next.All);
        next.All.Select(k => k.Id).Should().Equal(next.Current.Id, Badges.Keys.Current.Id);
        again.All.Select(k => k.Id).Should().Equal(Badges.Keys.Current.Id, next.Current.Id);
    }

    [Fact]
    public void Names_a_key_after_itself() => Badges.Keys.Current.Id.Should().MatchRegex("^key-[0-9a-f]{16}$")
        .And.Be(IssuerKey.Parse(Badges.Keys.Current.Multibase).Id);

    [Theory]
    [InlineData("")]
    [InlineData("z")]
    [InlineData("z6Mk")]
    [InlineData("Q6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")]
    [InlineData("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ0")]
    [InlineData("zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76")]
    public void Takes_nothing_else_for_a_key(string text) => ((Func<IssuerKey>)(() => IssuerKey.Parse(text))).Should().Throw<FormatException>();

    [Fact]
    public void Writes_leading_zeros_in_base_58() => Base58.Encode([0, 0, 1]).Should().Be("z112");

    [Fact]
    public void Reads_in_base_58_what_it_wrote() =>
        Gen.Byte.Array[0, 70].Sample(bytes => Base58.Decode(Base58.Encode(bytes)).AsSpan().SequenceEqual(bytes));
}
