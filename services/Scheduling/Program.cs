using Tremplin.Defaults;
using Tremplin.Scheduling;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Programmes;
using Tremplin.Scheduling.Sessions;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("scheduling");
builder.AddEventStore("scheduling", Announcements.From, options =>
{
    options.AddStream<Programme, ProgrammeEvent>();
    options.AddStream<Cohort, CohortEvent>();
    options.AddStream<Session, SessionEvent>();
    CohortSnapshot.Keep(options);
    SessionSnapshot.Keep(options);
    options.AddEventIndex(CalendarFeed.Index, CalendarFeed.Indexed);
});
builder.Services.AddSingleton<TimeClashes>();
CalendarFeed.Add(builder);
builder.Services.AddSingleton<ISweeper, ExpireOffers.Sweeper>().AddSingleton<ISweeper, StartCohort.Sweeper>().AddSingleton<ISweeper, CancelCohort.Sweeper>();

var app = builder.Build();
app.UseDefaults();
SeatFigures.Watch(app);
Action<IEndpointRouteBuilder>[] doors =
[
    PublishProgramme.Map, PlanCohort.Map, OpenCohort.Map, DecideMinimum.Map, ChangeCapacity.Map, OverrideCapacity.Map, ReserveSeats.Map,
    GiveBackSeats.Map, CancelCohort.Map, RecordAssessment.Map, CloseCohort.Map, SeatLedger.Map, CohortHours.Map, PlanSession.Map, RescheduleSession.Map,
    CancelSession.Map, OpenSigning.Map, SignAttendance.Map, MarkPresent.Map, ReportConnections.Map, InterruptSession.Map, Countersign.Map, SealSession.Map,
    CorrectAttendance.Map, ApproveCorrection.Map, AttendanceSheet.Map, CalendarFeed.Map,
];
foreach (var open in doors)
    open(app);
await app.RunAsync();
