using System.Diagnostics;
using AwesomeAssertions;

namespace Tremplin.Platform.Rules;

/// <summary>The scripts in <c>node</c>: other people's programs that read what ours write.</summary>
internal static class Node
{
    /// <summary>The lines that a script prints when it is given this text.</summary>
    public static string[] Run(string script, string input)
    {
        using var program = Process.Start(new ProcessStartInfo("node", [Path.Combine(Tree.Root, "tests/Platform.Rules/node", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        program.StandardInput.Write(input);
        program.StandardInput.Close();
        var lines = program.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        program.WaitForExit();
        program.ExitCode.Should().Be(0, "else nothing was read: npm ci in tests/Platform.Rules/node");
        return lines;
    }
}
