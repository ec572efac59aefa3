using System.Text;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The table from each rule of the domain to the specs that would fail if it were broken.</summary>
public partial class RuleBookSpecs
{
    private static readonly string[] Rules =
        [.. Enumerable.Range(1, 22).Select(n => $"R{n}"), "R22b", .. Enumerable.Range(23, 12).Concat([36]).Concat(Enumerable.Range(37, 7)).Append(45).Concat(Enumerable.Range(46, 4)).Select(n => $"R{n}")];

    private static readonly ILookup<string, string> Specs = Tree.CSharp("tests").SelectMany(Named).ToLookup(s => s.Rule, s => s.Spec);

    [Fact]
    public void The_table_is_up_to_date() => Approved.Is("docs/rules.md", Table(), "Run the rules once with APPROVE=1 and commit the file.");

    [Fact]
    public void Every_trait_names_a_rule_that_there_is() => Specs.Select(s => s.Key).Except(Rules).Should().BeEmpty();

    private static string Table()
    {
        var table = new StringBuilder("""
            # Rules and their specs

            Each rule of the domain by its number, and the specs that fail when it is broken. Generated from the specs, which name
            their rule, and checked with each run of the tests. A rule without a spec is not built yet, or not yet proven.

            | Rule | Specs |
            |---|---|

            """);
        foreach (var rule in Rules)
            table.Append($"| {rule} | {(Specs[rule].Any() ? string.Join(", ", Specs[rule].Distinct().Order(StringComparer.Ordinal).Select(s => $"`{s}`")) : "none yet")} |\n");
        return table.ToString();
    }

    // Attributes stand in lines of their own, right before the method.
    private static IEnumerable<(string Rule, string Spec)> Named(string file)
    {
        var rules = new List<string>();
        foreach (var line in Tree.Read(file).Split('\n'))
        {
            if (line.TrimStart().StartsWith('['))
                rules.AddRange(Rule().Matches(line).Select(m => m.Groups["rule"].Value));
            else if (Method().Match(line) is { Success: true } method)
            {
                foreach (var rule in rules)
                    yield return (rule, $"{Path.GetFileNameWithoutExtension(file)}.{method.Groups["name"].Value}");
                rules.Clear();
            }
        }
    }

    [GeneratedRegex("""^ +public (async |static )*[\w<>]+ (?<name>\w+)\(""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();

    [GeneratedRegex("""Trait\("Rule", "(?<rule>R\d+b?)"\)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rule();
}
