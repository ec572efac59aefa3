using System.Security.Cryptography;
using System.Text.Json;
using AwesomeAssertions;
using CsCheck;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class SealingSpecs
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly LearnerKey Own = new(Sample.LearnerId, Key);

    [Fact]
    public void Opens_whatever_it_sealed() => Gen.String.Where(t => !t.Any(char.IsSurrogate)).Sample(text => Own.Open(Own.Seal(text)) == text);

    [Fact]
    public void Looks_different_each_time() => Own.Seal("Camille").Should().NotBe(Own.Seal("Camille"));

    [Fact]
    public void Opens_for_no_other_learner() =>
        new LearnerKey(Sample.Cohort, Key).Invoking(k => k.Open(Own.Seal("Camille"))).Should().Throw<CryptographicException>();

    [Fact]
    public void Opens_under_no_other_key() =>
        new LearnerKey(Sample.LearnerId, new byte[32]).Invoking(k => k.Open(Own.Seal("Camille"))).Should().Throw<CryptographicException>();

    [Fact]
    public void Opens_nothing_that_was_changed_anywhere() =>
        Gen.Select(Gen.Int[0, 34], Gen.Int[0, 7]).Sample((place, bit) =>
        {
            var box = Convert.FromBase64String(Own.Seal("Camille").Text);
            box[place] ^= (byte)(1 << bit);
            Own.Invoking(k => k.Open(new(Convert.ToBase64String(box)))).Should().Throw<CryptographicException>();
        });

    [Fact]
    public void Never_shows_itself_as_text()
    {
        var text = Own.Seal("Camille");
        $"{text} {new { text }} {new Enrollment.Learners.SealedPerson(text, text, text, text)}".Should().NotContain(text.Text);
    }

    [Fact]
    public void Is_a_plain_string_in_json()
    {
        var json = JsonSerializer.Serialize(new Sealed("c2VhbGVk"));
        json.Should().Be("\"c2VhbGVk\"");
        JsonSerializer.Deserialize<Sealed>(json).Should().Be(new Sealed("c2VhbGVk"));
    }
}
