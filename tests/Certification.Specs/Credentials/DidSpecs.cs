using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Certification.Specs.Credentials;

public class DidSpecs
{
    [Theory]
    [InlineData("https://tremplin.example/", "did:web:tremplin.example")]
    [InlineData("https://tremplin.example:8443/", "did:web:tremplin.example%3A8443")]
    [InlineData("http://localhost:8080/", "did:web:localhost%3A8080")]
    [InlineData("https://éducation.example/", "did:web:xn--ducation-90a.example")]
    public void Is_the_host_of_the_public_address(string address, string did) => Did.Of(new(address)).Should().Be(did);

    [Theory]
    [InlineData("https://tremplin.example/certificates/")]
    [InlineData("https://tremplin.example/?a=b")]
    [InlineData("ftp://tremplin.example/")]
    public void Is_of_no_path(string address) => ((Func<string>)(() => Did.Of(new(address)))).Should().Throw<ArgumentException>();

    [Fact]
    [Trait("Rule", "R45")]
    public void Lists_every_key_for_what_is_asserted()
    {
        using var keys = new IssuerKeys(Badges.Seed(2), Badges.Keys.All);
        var document = Did.Document(Badges.Address, keys);
        string[] methods = [.. keys.All.Select(k => Did.Method("did:web:tremplin.example", k))];
        methods.Should().HaveCount(2);
        document["verificationMethod"]!.AsArray().Select(m => (string)m!["id"]!).Should().Equal(methods);
        document["verificationMethod"]!.AsArray().Select(m => (string)m!["publicKeyMultibase"]!).Should().Equal(keys.All.Select(k => k.Multibase));
        document["assertionMethod"]!.AsArray().Select(m => (string)m!).Should().Equal(methods);
    }
}
