namespace Coordination.Benchmarks.Tests;

public sealed class UsageParsingTests
{
    private const string Status = "Name:\tserver\nVmPeak:\t  900 kB\nVmRSS:\t   1234 kB\nThreads:\t7\n";
    private const string Io = "rchar: 1\nwchar: 2\nsyscr: 3\nread_bytes: 4\nwrite_bytes: 5678\ncancelled_write_bytes: 9\n";

    [Fact]
    public void Processor_time_is_user_and_system_time_of_the_process()
    {
        ProcessUsage usage = ProcessUsage.Parse("42 (etcd) S 1 42 42 0 -1 4194560 11 12 13 14 150 50 99 98 20 0 8 0 5", Status, Io);

        Assert.Equal(2.0, usage.CpuSeconds);
    }

    [Fact]
    public void A_program_name_with_spaces_and_parentheses_does_not_shift_the_fields()
    {
        ProcessUsage usage = ProcessUsage.Parse("42 (a) b (c) R 1 42 42 0 -1 4194560 11 12 13 14 7 3 99 98 20 0 8 0 5", Status, Io);

        Assert.Equal(0.1, usage.CpuSeconds, 9);
    }

    [Fact]
    public void Memory_and_written_bytes_are_found_by_their_labels()
    {
        ProcessUsage usage = ProcessUsage.Parse("42 (etcd) S 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 8 0 5", Status, Io);

        Assert.Equal(1234 * 1024, usage.ResidentBytes);
        Assert.Equal(5678, usage.WrittenBytes);
    }

    [Fact]
    public void A_process_without_memory_is_counted_with_none()
    {
        ProcessUsage usage = ProcessUsage.Parse("42 (etcd) Z 1 42 42 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 5", "Name:\tetcd\n", string.Empty);

        Assert.Equal(0, usage.ResidentBytes);
    }

    [Fact]
    public void Usage_of_several_processes_adds_up()
    {
        Assert.Equal(new ProcessUsage(3, 30, 300), new ProcessUsage(1, 10, 100) + new ProcessUsage(2, 20, 200));
    }

    [Fact]
    public void The_machine_is_busy_when_it_neither_idles_nor_waits_for_a_disk()
    {
        MachineUsage usage = MachineUsage.Parse("cpu  100 10 200 99999 8888 30 40 20 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");

        Assert.Equal(4.0, usage.BusySeconds);
    }

    [Fact]
    public void A_file_without_processor_times_is_refused()
    {
        Assert.Throws<LoadException>(() => MachineUsage.Parse("intr 1 2 3\n"));
    }
}
