using System.Xml.Linq;
using AwesomeAssertions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Tremplin.Platform.Rules;

/// <summary>What partners read of the messages, as programs and as people.</summary>
public class AsyncApiSpecs
{
    private const string Advice = "Run the rules once with APPROVE=1 and commit the file.";

    [Fact]
    public void The_document_is_up_to_date() => Approved.Is("contracts/asyncapi.yaml", AsyncApi.Text(), Advice);

    [Fact]
    public void The_page_is_up_to_date() => Approved.Is("contracts/asyncapi.html", AsyncApiPage.Text(), Advice);

    /// <summary>References inside the document name a place in it, others a file beside it.</summary>
    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(AsyncApi.Text()));
        var references = yaml.Documents[0].AllNodes.OfType<YamlMappingNode>()
            .SelectMany(n => n.Children.Where(c => c.Key.ToString() == "$ref").Select(c => c.Value.ToString())).ToList();
        references.Should().HaveCountGreaterThan(100);
        foreach (var reference in references)
        {
            if (!reference.StartsWith("#/", StringComparison.Ordinal))
                Tree.Files.Should().Contain("contracts/" + reference);
            else
                reference[2..].Split('/').Aggregate(yaml.Documents[0].RootNode, (node, key) => node[key]).Should().NotBeNull();
        }
    }

    /// <summary>It is read without a network, by whoever opens it.</summary>
    [Fact]
    public void The_page_stands_alone()
    {
        var page = XDocument.Parse(AsyncApiPage.Text());
        page.Descendants().Select(e => e.Name.LocalName).Should().NotContain(["script", "link", "img", "iframe"]);
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        ids.Should().OnlyHaveUniqueItems().And.Contain(Code.Public.Select(c => c.Name));
        foreach (var link in page.Descendants("a").Attributes("href").Select(a => a.Value))
        {
            if (link[0] == '#')
                ids.Should().Contain(link[1..]);
            else
                File.Exists(Path.Combine(Tree.Root, "contracts", link)).Should().BeTrue(link);
        }
    }
}
