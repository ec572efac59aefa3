using System.Runtime.Versioning;

// File modes guard the secrets, and Windows has none.
[assembly: UnsupportedOSPlatform("windows")]

var app = WebApplication.CreateBuilder(args).Build();
app.Run();
