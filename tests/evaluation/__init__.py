"""Tests of the measure of reading, and its floors."""
