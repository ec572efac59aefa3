using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AwesomeAssertions;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>What of others is in a release: pinned, listed, and under a licence that was agreed to.</summary>
public partial class SupplyChainSpecs
{
    /// <summary>Permissive ones. Another one is a decision: think of what it asks of those who run or change the platform.</summary>
    private static readonly HashSet<string> Agreed =
        ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "PostgreSQL"];

    /// <summary>MPL-2.0 asks for the source of its own files where they are passed on: in tests they are neither changed nor passed on.</summary>
    private static readonly HashSet<string> AgreedInTests = [.. Agreed, "MPL-2.0", "MIT AND Zlib"];

    /// <summary>It names a file instead, which was read: BSD-3-Clause, and for the contexts of the W3C in it the licence of the W3C.</summary>
    private const string WasRead = "@digitalbazaar/credentials-context";

    private static readonly string[] Released = ["services", "contracts"];

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        Tree.With(".csproj").Select(p => Path.Combine(Path.GetDirectoryName(p)!, "packages.lock.json"))
            .Should().BeEquivalentTo(Tree.With("/packages.lock.json"));
        Tree.Read("Directory.Packages.props").Should().Contain("<RestoreLockedMode>true<");
    }

    [Fact]
    public void Every_locked_package_has_a_hash_and_no_address()
    {
        var locks = Tree.With("/packages.lock.json").ToList();
        locks.SelectMany(Package.Locked).Where(p => (string?)p.Entry["contentHash"] is not { Length: 88 }).Select(p => p.Name).Should().BeEmpty();
        locks.Concat(Tree.With("/package-lock.json")).Where(f => Tree.Read(f).Contains("://", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Every_version_is_exact()
    {
        var asked =
            from file in Tree.With(".props").Concat(Tree.With(".csproj"))
            from element in XDocument.Parse(Tree.Read(file)).Descendants()
            where element.Name.LocalName is "PackageVersion" or "PackageReference" && element.Attribute("Version") is not null
            select (Name: element.Attribute("Include")!.Value, Version: element.Attribute("Version")!.Value);
        asked.Should().HaveCountGreaterThan(30).And.OnlyContain(p => Exact().IsMatch(p.Version));
        JsonNode.Parse(Tree.Read(".config/dotnet-tools.json"))!["tools"]!.AsObject().Select(t => (string?)t.Value!["version"])
            .Should().OnlyContain(v => Exact().IsMatch(v!));
        JsonNode.Parse(Tree.Read("contracts/examples/node/package.json"))!["dependencies"]!.AsObject().Select(d => (string?)d.Value)
            .Should().OnlyContain(v => Exact().IsMatch(v!));
    }

    /// <summary>A version is a lower bound to NuGet. The one that was asked for is the one that is taken.</summary>
    [Fact]
    public void What_was_asked_for_is_what_was_locked() =>
        Tree.With("/packages.lock.json").SelectMany(Package.Locked)
            .Where(p => (string?)p.Entry["requested"] is { } asked && (string?)p.Entry["resolved"] != asked.Trim('[', ')').Split(',')[0])
            .Select(p => $"{p.Name}: {p.Entry["requested"]} gave {p.Entry["resolved"]}").Should().BeEmpty();

    [Theory]
    [InlineData("10.0.3", true)]
    [InlineData("1.0.0-rc.1", true)]
    [InlineData("[8.5.12,9.0.0)", true)]
    [InlineData("10.*", false)]
    [InlineData("^1.2.3", false)]
    [InlineData("(8.5.12,9.0.0)", false)]
    [InlineData("[8.5,)", false)]
    [InlineData("latest", false)]
    public void Knows_an_exact_version(string version, bool exact) => Exact().IsMatch(version).Should().Be(exact);

    [Fact]
    public void Every_image_has_a_tag_that_says_which() =>
        Tree.Files.Where(IsDeployment).SelectMany(f => Images(Tree.Read(f)).Where(i => !IsPinned(i)).Select(i => $"{f}: {i}")).Should().BeEmpty();

    [Theory]
    [InlineData("    image: postgres:17", true)]
    [InlineData("  - image: \"${REGISTRY:-example.org:5000}/tremplin/portal:${TREMPLIN_VERSION:-1.0.0}\"", true)]
    [InlineData("imageName: example.org/postgresql:17.6@sha256:0123456789abcdef", true)]
    [InlineData("FROM --platform=$BUILDPLATFORM mcr.example/sdk:10.0 AS build\nFROM build\nFROM scratch", true)]
    [InlineData("ARG DOTNET=10.0\nFROM mcr.example/sdk:${DOTNET} AS build", true)]
    [InlineData("    image: postgres", false)]
    [InlineData("image: example.org:5000/postgres", false)]
    [InlineData("image: rabbitmq:latest", false)]
    [InlineData("image: rabbitmq:${TAG:-latest}", false)]
    [InlineData("FROM debian AS build", false)]
    [InlineData("FROM build", false)]
    public void Knows_a_pinned_image(string text, bool pinned) =>
        Images(text).Should().NotBeEmpty().And.Match(images => images.All(IsPinned) == pinned);

    [Fact]
    public void Every_dependency_has_a_licence_that_was_agreed_to() =>
        Package.Below(Released).Where(p => !p.Licences.Any(Agreed.Contains))
            .Concat(Package.Below("tests").Where(p => !p.Licences.Any(AgreedInTests.Contains) && p.Name != WasRead)).Should().BeEmpty();

    [Fact]
    public void The_list_of_licences_is_up_to_date()
    {
        var released = Package.Below(Released);
        var page = new StringBuilder(
            """
            # Licences

            Every package of others, with the licence that its own metadata states. Tremplin itself is under the
            Apache License 2.0. Written from the lock files by Platform.Rules, which fails when it is out of date or a licence is not one
            that was agreed to; `APPROVE=1 dotnet run --project tests/Platform.Rules` writes it again. Where there is an "OR", we choose
            the first that was agreed to.

            A release also stands on .NET's runtime (MIT), PostgreSQL (PostgreSQL licence) and RabbitMQ (MPL-2.0), which are not
            changed and not part of it. The Python examples use pika (BSD-3-Clause) and cryptography (Apache-2.0 OR BSD-3-Clause).

            The PDFs of certificates embed letters of Noto Sans (OFL-1.1), `services/Certification/Paper/Fonts`, which has the licence with it.

            ## In a release

            The same list, with hashes, for programs: `deploy/sbom.sh VERSION FILE` writes it as CycloneDX.


            """);
        Table(page, released);
        page.Append("\n## In tests and benchmarks only\n\n");
        Table(page, Package.Below("tests").Except(released));
        Approved.Is("docs/licences.md", page.ToString(), "Read what is new, then run the rules once with APPROVE=1 and commit the file.");

        static void Table(StringBuilder page, IEnumerable<Package> packages)
        {
            page.Append("| Package | Version | Licence |\n|---|---|---|\n");
            foreach (var package in packages)
                page.Append($"| {package.Name}{(package.Origin == "npm" ? " (npm)" : "")} | {package.Version} | {package.Licence} |\n");
        }
    }

    [Fact]
    public void A_release_is_every_project_but_the_tests() =>
        JsonNode.Parse(Tree.Read("deploy/shipped.slnf"))!["solution"]!["projects"]!.AsArray().Select(p => (string?)p)
            .Should().Equal(Tree.With(".csproj").Where(f => !f.StartsWith("tests/", StringComparison.Ordinal)));

    [Fact]
    public async Task The_bill_of_materials_lists_what_is_locked_with_its_licences()
    {
        var (first, second) = (await Bill(), await Bill());
        second.Should().Be(first, "the same tree gives the same bytes");

        var components = JsonNode.Parse(first)!["components"]!.AsArray().Select(c => (
            Purl: (string)c!["purl"]!,
            Licences: string.Join(" OR ", c["licenses"]!.AsArray().Select(l => (string?)l!["license"]!["id"])),
            Hashed: c["hashes"]!.AsArray().Count > 0)).ToList();
        components.Should().OnlyContain(c => c.Hashed);
        components.Select(c => (c.Purl, Order(c.Licences))).Should()
            .BeEquivalentTo(Package.Below(Released).Select(p => (p.Purl, Order(p.Licence))));

        static string Order(string licences) => string.Join(" OR ", licences.Split(" OR ").Order(StringComparer.Ordinal));
    }

    private static async Task<string> Bill()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var script = Process.Start(new ProcessStartInfo(Path.Combine(Tree.Root, "deploy/sbom.sh"), ["1.0.0", file])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            var said = await Task.WhenAll(script.StandardError.ReadToEndAsync(), script.StandardOutput.ReadToEndAsync());
            await script.WaitForExitAsync();
            script.ExitCode.Should().Be(0, string.Concat(said).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
            return await File.ReadAllTextAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool IsDeployment(string file) =>
        Path.GetFileName(file) is "docker-compose.yml" or "compose.yaml" || file.Contains("Dockerfile", StringComparison.Ordinal)
        || (file.StartsWith("deploy/", StringComparison.Ordinal) && Path.GetExtension(file) is ".yml" or ".yaml");

    private static IEnumerable<string> Images(string text)
    {
        var stages = new HashSet<string>(StringComparer.Ordinal) { "scratch" };
        var arguments = Argument().Matches(text).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value, StringComparer.Ordinal);
        foreach (Match match in Image().Matches(text))
        {
            var image = Variable().Replace(match.Groups["image"].Value, v => v.Groups["default"] is { Success: true } given
                ? given.Value
                : arguments.GetValueOrDefault(v.Groups["name"].Value, "given"));
            if (!stages.Contains(image) || !match.Groups["from"].Success)
                yield return image;
            stages.Add(match.Groups["stage"].Value);
        }
    }

    private static bool IsPinned(string image) => Tagged().IsMatch(image) && !image.EndsWith(":latest", StringComparison.Ordinal);

    [GeneratedRegex(@"^(\[(?<v>\d+(\.\d+){2,3}),\d+(\.\d+)*\)|\d+(\.\d+){2,3}(-[\w.]+)?)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Exact();

    [GeneratedRegex(
        @"^(?<from>FROM\s+(--platform=\S+\s+)?)(?<image>\S+)(\s+AS\s+(?<stage>\S+))?|^[ \t]*(-[ \t]+)?image(Name)?:[ \t]*[""']?(?<image>[^\s""'#]+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Image();

    [GeneratedRegex(@"^ARG\s+(?<name>\w+)=(?<value>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();

    [GeneratedRegex(@"\$\{?(?<name>\w+)(:?-(?<default>[^}]*))?\}?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[^@]*:[\w.-]+(@sha256:[0-9a-f]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tagged();
}
