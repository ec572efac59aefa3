using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>Compares text with a file of the tree. <c>APPROVE=1</c> writes the file.</summary>
internal static class Approved
{
    private static readonly bool Approving = Environment.GetEnvironmentVariable("APPROVE") == "1";

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON as it is committed.</summary>
    public static string Pretty(JsonNode json) => json.ToJsonString(Readable) + "\n";

    public static void Is(string file, string text, string advice)
    {
        var path = Path.Combine(Tree.Root, file);
        if (Approving)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        var approved = File.Exists(path) ? File.ReadAllText(path) : null;
        if (approved != text)
            Assert.Fail($"{(approved is null ? $"{file} is missing." : $"{file} differs:\n{Difference(approved, text)}")}\n\n{advice}");
    }

    private static string Difference(string approved, string text) => string.Join('\n', InlineDiffBuilder.Diff(approved, text).Lines
        .Where(l => l.Type is ChangeType.Deleted or ChangeType.Inserted)
        .Select(l => $"  {(l.Type == ChangeType.Deleted ? "- approved" : "+ now     ")} {l.Text}"));
}
