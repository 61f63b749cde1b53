"""What repeats can show: pure functions of numbers. numpy is imported where it is used, never at a start."""
