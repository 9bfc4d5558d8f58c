using Espalier.Tests;

// One small trained network serves all tests.
[assembly: AssemblyFixture(typeof(TrainedRun))]
