using System.Buffers.Text;
using System.IO.Compression;
using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Certification.Specs.Credentials;

public class StatusListSpecs
{
    private static readonly DateTimeOffset From = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Rule", "R42")]
    public void Sets_a_bit_each_the_first_of_a_byte_being_its_highest()
    {
        var bytes = Bytes([0, 7, 8, 131_071]);
        bytes.Should().HaveCount(16_384);
        (bytes[0], bytes[1], bytes[^1]).Should().Be(((byte)0b1000_0001, (byte)0b1000_0000, (byte)0b0000_0001));
        bytes[2..^1].Should().OnlyContain(b => b == 0);
    }

    [Fact]
    public void Gives_the_same_text_whatever_the_order() => StatusList.Encode([5, 1, 5]).Should().Be(StatusList.Encode([1, 5]));

    [Theory]
    [InlineData(-1)]
    [InlineData(131_072)]
    public void Has_no_other_index(int index) => ((Func<string>)(() => StatusList.Encode([index]))).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Is_a_credential_that_says_until_when_it_holds()
    {
        var list = StatusList.Credential(Badges.Address, 3, StatusPurpose.Suspension, [], From, From.AddHours(1));
        list["id"]!.ToString().Should().Be("https://tremplin.example/status-lists/3/suspension");
        (list["validFrom"]!.ToString(), list["validUntil"]!.ToString()).Should().Be(("2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z"));
        list["credentialSubject"]!["statusPurpose"]!.ToString().Should().Be("suspension");
        list["credentialSubject"]!["encodedList"]!.ToString().Should().Be(StatusList.Encode([]));
        DataIntegrity.Verifies(DataIntegrity.Sign(list, Badges.Keys, From), Did.Document(Badges.Address, Badges.Keys)).Should().BeTrue();
    }

    private static byte[] Bytes(IEnumerable<int> set)
    {
        var text = StatusList.Encode(set);
        text[0].Should().Be('u');
        using var zip = new GZipStream(new MemoryStream(Base64Url.DecodeFromChars(text.AsSpan(1))), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        zip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
