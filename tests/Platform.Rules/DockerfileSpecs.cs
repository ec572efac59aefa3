using AwesomeAssertions;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>deploy/Dockerfile, read by the validator that editors use (npm dockerfile-utils), and what it does not see.</summary>
public class DockerfileSpecs
{
    private static readonly string Ours = Tree.Read("deploy/Dockerfile");

    [Fact]
    public void Nothing_in_it_is_wrong() => Wrong(Ours).Should().BeEmpty();

    [Theory]
    [InlineData("ENTRYPOINT [\"haproxy\"", "ENTRYPOIN [\"haproxy\"", "Unknown instruction: ENTRYPOIN")]
    [InlineData("COPY --from=build /programs/Cli", "COPY --form=build /programs/Cli", "Unknown flag: form")]
    [InlineData("WORKDIR /source", "WORKDIR source", "WORKDIR paths should be absolute")]
    [InlineData("USER haproxy", "USER haproxy\nCMD [\"a\"]\nCMD [\"b\"]", "There can only be one CMD instruction")]
    [InlineData("FROM postgres:17 AS tools", "FROM postgres:17 AS build", "Duplicate")]
    public void What_is_wrong_is_noticed(string was, string now, string says)
    {
        Ours.Should().Contain(was);
        Wrong(Ours.Replace(was, now, StringComparison.Ordinal)).Should().Contain(line => line.Contains(says, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Every image that runs ends as somebody who is not root, and the base images are of one version, not the newest.</summary>
    [Fact]
    public void Each_stage_that_runs_names_a_user_and_each_base_a_version()
    {
        var stages = Ours.Split("\nFROM ")[1..].Select(text => text.Split('\n')).ToList();
        stages.Where(lines => lines[0] is not "" && !lines.Any(line => line.StartsWith("USER ", StringComparison.Ordinal) && line is not "USER root" and not "USER 0"))
            .Select(lines => lines[0]).Should().Equal(["mcr.microsoft.com/dotnet/sdk:10.0 AS build"], "it is thrown away");
        stages.Select(lines => lines[0].Split(' ')[0]).Should().OnlyContain(image => image.Contains(':') && !image.EndsWith(":latest", StringComparison.Ordinal));
    }

    private static string[] Wrong(string dockerfile) => Node.Run("dockerfile.mjs", dockerfile);
}
