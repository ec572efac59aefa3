using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Certification.Specs.Credentials;

/// <summary>The test vectors that the W3C publishes for eddsa-rdfc-2022: one whose nodes have ids, one where three have none.</summary>
public class W3cVectorSpecs
{
    private static readonly JsonNode File = JsonNode.Parse(typeof(W3cVectorSpecs).Assembly.GetManifestResourceStream("w3c-eddsa-rdfc-2022.json")!)!;
    private static readonly IssuerKeys Keys = new(Base58.Decode((string)File["privateKeyMultibase"]!).AsSpan(2));

    public static TheoryData<string> Vectors => [.. File["vectors"]!.AsObject().Select(v => v.Key)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Hashes_the_options_of_the_proof_and_the_document(string name)
    {
        var vector = File["vectors"]![name]!;
        Convert.ToHexStringLower(Hash(vector)).Should().Be((string)vector["proofHash"]! + (string)vector["documentHash"]!);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Signs_the_same(string name)
    {
        var vector = File["vectors"]![name]!;
        var signature = Keys.Sign(Hash(vector));
        Convert.ToHexStringLower(signature).Should().Be((string?)vector["signature"]);
        Base58.Encode(signature).Should().Be((string?)vector["signed"]!["proof"]!["proofValue"]);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verifies_with_the_key_as_it_is_published(string name)
    {
        var vector = File["vectors"]![name]!;
        var key = IssuerKey.Parse((string)File["publicKeyMultibase"]!);
        var signature = Base58.Decode((string)vector["signed"]!["proof"]!["proofValue"]!);
        key.Verifies(Hash(vector), signature).Should().BeTrue();
        key.Verifies(Encoding.UTF8.GetBytes("something else"), signature).Should().BeFalse();
    }

    [Fact]
    public void Writes_the_key_as_it_is_published() => Keys.Current.Multibase.Should().Be((string?)File["publicKeyMultibase"]);

    private static byte[] Hash(JsonNode vector) => DataIntegrity.Hash(
        vector["signed"]!.AsObject(), vector["signed"]!["proof"]!.AsObject(),
        Terms.Ours.With((string)vector["context"]!, vector["vocabulary"]!.Deserialize<Vocabulary>(JsonSerializerOptions.Web)!));
}
