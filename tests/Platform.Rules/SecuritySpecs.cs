using System.Text.RegularExpressions;
using AwesomeAssertions;
using Microsoft.AspNetCore.Routing;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>SECURITY.md claims nothing that no test proves, unless it says so.</summary>
public partial class SecuritySpecs
{
    private const string Everybody = "everybody";
    private static readonly string[] Callers = [Everybody, Role.Partner, Role.Coordinator, Role.Trainer, Role.Auditor, Role.Operator];
    private static readonly string Page = Tree.Read("SECURITY.md");

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var tests = Tree.CSharp("tests").SelectMany(Tests).ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(Page).Select(m => m.Groups["test"].Value).Distinct().ToList();
        named.Should().HaveCountGreaterThan(50);
        named.Except(tests).Should().BeEmpty();
    }

    [Fact]
    public void Every_threat_names_its_test_or_says_that_there_is_none()
    {
        var threats = Page.Split('\n').SkipWhile(l => !l.StartsWith("## Who may attack", StringComparison.Ordinal))
            .TakeWhile(l => !l.StartsWith("## Who may reach", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| Threat |", StringComparison.Ordinal))
            .Select(l => l.Trim('|', ' ').Split(" | ")).ToList();
        threats.Should().HaveCountGreaterThan(30).And.OnlyContain(cells => cells.Length == 4);
        threats.Where(cells => !Named().IsMatch(cells[^1]) && !cells[^1].StartsWith("no test", StringComparison.Ordinal))
            .Select(cells => cells[0]).Should().BeEmpty();
    }

    [Fact]
    public void The_table_of_addresses_is_what_the_services_open() =>
        Approved.Is("SECURITY.md", Addresses().Replace(Page, Table()), "Run the rules once with APPROVE=1 and commit the file.");

    private static string Table() => string.Concat(
        from address in EndpointSpecs.All
        group address.Endpoint by $"{address.Service} /{address.Endpoint.RoutePattern.RawText!.Split('/')[1]}" into place
        select $"| {place.Key} | {string.Join(" | ", Callers.Select(caller => Effect(place.Where(e => MayCall(caller, e)))))} |\n");

    private static bool MayCall(string caller, RouteEndpoint endpoint) => EndpointSpecs.Roles(endpoint).ToList() is { Count: > 0 } roles
        ? roles.Contains(caller)
        : caller == Everybody;

    private static string Effect(IEnumerable<RouteEndpoint> endpoints)
    {
        var addresses = endpoints.Select(EndpointSpecs.Address).ToList();
        return addresses.Count == 0 ? "" : addresses.All(a => a[0] == '/' || a.StartsWith("GET", StringComparison.Ordinal)) ? "read" : "change";
    }

    /// <summary>The facts and theories of a file, each after the class in which it stands.</summary>
    private static IEnumerable<string> Tests(string file)
    {
        var type = "";
        foreach (Match match in TypeOrTest().Matches(Tree.Read(file)))
        {
            if (match.Groups["type"].Success)
                type = match.Groups["type"].Value;
            else
                yield return $"{type}.{match.Groups["test"].Value}";
        }
    }

    [GeneratedRegex(@"`(?<test>[A-Z]\w+\.[A-Z][a-z]*(_\w+)+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    [GeneratedRegex(
        @"^[^/\n]*\bclass (?<type>[A-Z]\w*)|\[(Fact|Theory)\b(?<more>(?!\n\s*\n)[\s\S])*?\bpublic (static )?(async Task|void) (?<test>\w+)\(",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeOrTest();

    [GeneratedRegex(@"(?<=^\| Address \|.*\n\|[-|]+\n)(.+\n)*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Addresses();
}
