// The Linux calls that Swift's Glibc module does not show.
#pragma once
