using JasperFx.Events.Projections;
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
    options.Projections.Add<CohortSnapshot>(ProjectionLifecycle.Inline);
    SessionSnapshot.Keep(options);
    options.Schema.For<Cohort>().Index(c => c.Status);
});
builder.Services.AddSingleton<TimeClashes>().AddSingleton<ISweeper, ExpireOffers.Sweeper>().AddSingleton<ISweeper, StartCohort.Sweeper>().AddSingleton<ISweeper, CancelCohort.Sweeper>();

var app = builder.Build();
app.UseDefaults();
PublishProgramme.Map(app);
PlanCohort.Map(app);
OpenCohort.Map(app);
DecideMinimum.Map(app);
ChangeCapacity.Map(app);
OverrideCapacity.Map(app);
ReserveSeats.Map(app);
GiveBackSeats.Map(app);
CancelCohort.Map(app);
RecordAssessment.Map(app);
CloseCohort.Map(app);
SeatLedger.Map(app);
SeatFigures.Watch(app);
PlanSession.Map(app);
RescheduleSession.Map(app);
CancelSession.Map(app);
OpenSigning.Map(app);
SignAttendance.Map(app);
MarkPresent.Map(app);
ReportConnections.Map(app);
InterruptSession.Map(app);
Countersign.Map(app);
SealSession.Map(app);
CorrectAttendance.Map(app);
ApproveCorrection.Map(app);
AttendanceSheet.Map(app);
await app.RunAsync();
