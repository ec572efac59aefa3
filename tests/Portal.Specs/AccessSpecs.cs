using Tremplin.Portal.SignIn;

namespace Tremplin.Portal.Specs;

/// <summary>Where a sign-in leads: to a page of the portal and nowhere else.</summary>
public class AccessSpecs
{
    [Theory]
    [InlineData("/audit")]
    [InlineData("/audit?id=1")]
    [InlineData("/audit/records/00f78809-dd21-5ff5-af99-6c95fac6c96f?version=3")]
    [InlineData("/sessions/00f78809-dd21-5ff5-af99-6c95fac6c96f/sheet?names=yes")]
    public void Leads_back_to_the_page_that_was_asked_for(string to) => Access.Destination(to).Should().Be(to);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://elsewhere.example/audit")]
    [InlineData("//elsewhere.example/audit")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("/auditor.elsewhere.example")]
    [InlineData("/sessions.elsewhere.example")]
    [InlineData("/audit/\\elsewhere.example")]
    [InlineData("/audit\r\nSet-Cookie: a=b")]
    [InlineData("javascript:alert(1)")]
    public void Leads_to_the_start_page_otherwise(string? to) => Access.Destination(to).Should().Be("/audit");
}
