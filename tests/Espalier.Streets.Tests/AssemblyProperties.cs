// Property tests draw the same cases every time.
[assembly: FsCheck.Xunit.Properties(Replay = "(20240607,1234567891)")]
