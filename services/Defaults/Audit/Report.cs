using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tremplin.Defaults.Audit;

/// <summary>What takes long is told as it is found: a JSON value a line.</summary>
internal static class Report
{
    public static IResult Lines(Func<Func<object, Task>, Task> run) => Results.Stream(
        body => run(async line =>
        {
            await JsonSerializer.SerializeAsync(body, line, JsonSerializerOptions.Web);
            await body.WriteAsync("\n"u8.ToArray());
            await body.FlushAsync();
        }),
        Events.Lines);
}
