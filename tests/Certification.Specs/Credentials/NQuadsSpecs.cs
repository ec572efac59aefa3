using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Certification.Specs.Credentials;

public class NQuadsSpecs
{
    private const string Contexts = "\"@context\":[\"https://www.w3.org/ns/credentials/v2\",\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\"]";

    [Fact]
    public void Writes_a_line_for_each_statement_in_order() =>
        Of("""{"id":"urn:a:1","type":["VerifiableCredential"],"issuer":{"id":"urn:a:2","name":"É"},"validFrom":"2026-01-01T00:00:00Z"}""").Should().Be(
            """
            <urn:a:1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> .
            <urn:a:1> <https://www.w3.org/2018/credentials#issuer> <urn:a:2> .
            <urn:a:1> <https://www.w3.org/2018/credentials#validFrom> "2026-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
            <urn:a:2> <https://schema.org/name> "É" .

            """);

    [Fact]
    public void Escapes_what_a_literal_may_not_hold() =>
        Of("""{"id":"urn:a:1","name":"\"\\\b\t\n\f\r\u0001\u007f'"}""").Should().EndWith(" \"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u007F'\" .\n");

    [Fact]
    public void Writes_what_is_said_twice_once() =>
        Of("""{"id":"urn:a:1","name":["A","A"],"issuer":[{"id":"urn:a:2","name":"B"},{"id":"urn:a:2","name":"B"}]}""")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(3);

    [Fact]
    public void Does_not_depend_on_the_order_in_which_nodes_without_an_id_stand() =>
        Of("""{"id":"urn:a:1","result":[{"value":"1"},{"value":"2"},{"value":"3"}]}""")
            .Should().Be(Of("""{"result":[{"value":"3"},{"value":"1"},{"value":"2"}],"id":"urn:a:1"}"""));

    [Theory]
    [InlineData("""{"id":"urn:a:1","result":[{"value":"1"},{"value":"1"}]}""")]
    [InlineData("""{"id":"urn:a:1","unheardOf":"x"}""")]
    [InlineData("""{"id":"urn:a:1","type":"UnheardOf"}""")]
    [InlineData("""{"id":"urn:a:1","name":1}""")]
    [InlineData("""{"id":"urn:a:1","name":null}""")]
    [InlineData("""{"id":"urn:a:1","name":[["A"]]}""")]
    [InlineData("""{"id":"urn:a:1","name":true}""")]
    [InlineData("""{"id":"/a"}""")]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":"urn:a:1","issuer":"urn:a: b"}""")]
    [InlineData("""{"id":"urn:a:1","issuer":{"id":"urn:a:2","@context":[]}}""")]
    public void Takes_no_other_shape(string document) => ((Func<string>)(() => Of(document))).Should().Throw<InvalidDataException>();

    [Theory]
    [InlineData("""{"id":"urn:a:1"}""")]
    [InlineData("""{"@context":"https://www.w3.org/ns/credentials/v2","id":"urn:a:1"}""")]
    [InlineData("""{"@context":["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://www.w3.org/ns/credentials/v2"],"id":"urn:a:1"}""")]
    [InlineData("""{"@context":["https://www.w3.org/ns/credentials/v2","https://other.example/"],"id":"urn:a:1"}""")]
    public void Takes_no_other_context(string document) =>
        ((Func<string>)(() => NQuads.Of(JsonNode.Parse(document)!.AsObject()))).Should().Throw<InvalidDataException>();

    private static string Of(string document) => NQuads.Of(JsonNode.Parse($"{{{Contexts},{document[1..]}")!.AsObject());
}
