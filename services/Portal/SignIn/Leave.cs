using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace Tremplin.Portal.SignIn;

/// <summary>Whoever leaves has no cookie any more.</summary>
public static class Leave
{
    /// <summary>Signs out, where the form is one of ours.</summary>
    public static async Task<IResult> Now(HttpContext context, IAntiforgery forms)
    {
        ArgumentNullException.ThrowIfNull(forms);
        if (!await forms.IsRequestValidAsync(context))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        await context.SignOutAsync();
        return Results.LocalRedirect(Access.Page);
    }
}
